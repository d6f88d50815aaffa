/* What a ring asks the system about its interface. Private to this folder. */
#pragma once

#include "capture/ring.h"

enum { NIC_FILES = 5 };

struct nic {
	int files[NIC_FILES]; /* statistics, and softnet_stat as the last: open for as long as the ring is */
	int index, mtu;
	bool merges;
	uint16_t link_type;
};

/* fd is any socket. */
int nic_open(struct nic *n, const char *interface, int fd, struct err *e) MUST_USE;
void nic_losses(const struct nic *n, struct ring_losses *ret);
void nic_close(struct nic *n);
