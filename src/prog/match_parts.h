/* Where one transaction of an application protocol ends in a stream. */
#pragma once

#include "proto/guess.h"

/* The length of the transaction at the start of in. 0: it is not complete yet (and, once ended, that there is none).
 * to_server: what a client sends. ended: nothing will follow. *ret_only: nothing of the stream behind it is a transaction. */
size_t transaction_length(enum proto proto, bool to_server, struct bytes in, bool ended, bool *ret_only);
/* Do packets in that direction have transactions of this protocol at all? */
bool has_transactions(enum proto proto, bool to_server);
/* Only a server says this. */
bool is_answer(enum proto proto, bool tcp, struct bytes in);
