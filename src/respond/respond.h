/* What a reactive sensor answers: TCP as far as the first payload, and nothing behind it. No
 * conversation is remembered: SYN         -> SYN+ACK, its number a cookie (cookie.h) data        ->
 * with a good cookie: ACK while more must come; RST once the first payload is whole (PSH, FIN, or 8
 * KiB) ACK alone   -> silence, as to all else: no UDP, no RST to what nobody asked for, nothing to
 * whoever cannot have asked An answer is never longer than what it answers, goes to where that came
 * from, and there is at most one. */
#pragma once

#include "decode/decode.h"
#include "respond/limit.h"
#include "respond/siphash.h"

/* X(name, English, Japanese). First those that are answers. */
#define RESPOND_OUTCOMES(X)                                                                        \
	X(sent_syn_ack, "SYN answered by SYN+ACK", "SYN に SYN+ACK で応答")                        \
	X(sent_ack, "data answered by ACK: more must come", "データに ACK で応答（続きを待つ）")   \
	X(sent_reset, "first payload whole, answered by RST",                                      \
		"最初のペイロードを受信し終え RST で応答")                                         \
	X(sent_echo, "ping answered", "ping に応答")                                               \
	X(handshake, "handshake completed", "ハンドシェイク完了")                                  \
	X(not_ours, "not to an address that we answer for", "応答対象の宛先ではない")              \
	X(not_answered, "protocol that is not answered", "応答しないプロトコル")                   \
	X(group, "to or from a multicast or broadcast address",                                    \
		"マルチキャストまたはブロードキャスト")                                            \
	X(own, "from an address of our own", "発信元が自分のアドレス")                             \
	X(bogon, "from an address that cannot be on the Internet",                                 \
		"インターネット上にあり得ない発信元")                                              \
	X(fragment, "fragment", "断片")                                                            \
	X(damaged, "headers that no stack sends, or cut off", "異常または途中で切れたヘッダー")    \
	X(checksum, "wrong checksum", "チェックサム不一致")                                        \
	X(excepted, "what the machine itself serves", "この機械自身のサービスへの通信")            \
	X(reset, "RST", "RST")                                                                     \
	X(syn_ack, "SYN+ACK", "SYN+ACK")                                                           \
	X(no_ack, "neither SYN nor ACK", "SYN も ACK もない")                                      \
	X(other_half, "of the half that is not answered today", "本日は応答しない半分")            \
	X(bad_cookie, "of no conversation that we answered lately", "応答した会話に属さない")      \
	X(limit_source, "source had its share of answers", "発信元ごとの応答の上限")               \
	X(limit_network, "network of the source had its share",                                    \
		"発信元ネットワークごとの応答の上限")                                              \
	X(limit_total, "no more answers this second", "全体の応答の上限")

enum respond_outcome {
#define X(name, en, ja) RESPOND_##name,
	RESPOND_OUTCOMES(X)
#undef X
		RESPOND_OUTCOME_COUNT
};

static inline bool respond_is_answer(enum respond_outcome outcome)
{
	return outcome <= RESPOND_sent_echo;
}

/* "sent_syn_ack" */
const char *respond_outcome_name(enum respond_outcome outcome);
/* In the language of messages. */
const char *respond_outcome_text(enum respond_outcome outcome);

/* What the machine's own TCP serves or asks: to `port` of ours, from `from_port` of theirs (0:
 * any). */
struct respond_exception {
	struct prefix from; /* bits 0: anywhere */
	uint16_t port, from_port;
};

struct respond_options {
	const struct prefix
		*addresses; /* answered for; they and the exceptions must live as long */
	size_t address_count;
	const struct respond_exception *exceptions;
	size_t exception_count;
	uint8_t key[SIPHASH_KEY]; /* random, of each start */
	struct limit_rate rates[LIMIT_LEVELS];
	bool half; /* a keyed half of the pairs of address and port, another each day (UTC), gets no
		      SYN+ACK */
	bool echo; /* answer pings */
};

enum {
	RESPOND_WINDOW = 8192, /* bytes that a client may send at once, and after which its first
				  payload is whole */
	RESPOND_ANSWER_MAX = 1600, /* longer pings are not answered */
};

struct respond;

/* NULL: no memory. About 1 MiB, and never more. */
struct respond *respond_new(const struct respond_options *options);
void respond_free(struct respond *r);
AUTO_RELEASE(struct respond, respond_free);
/* packet is what decode_frame(frame, false) said. The answer, if the outcome is one, is *ret_len
 * bytes in ret: a frame for the same link. now_ns is of CLOCK_REALTIME. */
enum respond_outcome respond_to(struct respond *r, const struct frame *frame,
	const struct packet *packet, int64_t now_ns, uint8_t ret[RESPOND_ANSWER_MAX],
	size_t *ret_len);
/* How often each outcome was. */
const uint64_t *respond_counts(const struct respond *r);
