#include "capture/ring.h"

#include "base/text.h"
#include "capture/ring_parts.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23 /* Linux 4.20 */
#endif
#ifndef TP_STATUS_GSO_TCP
#define TP_STATUS_GSO_TCP (1 << 8) /* Linux 5.19 */
#endif

enum {
	/* The longest packet fits. No larger, as each wait that ends (retire_ms) uses up a block, however little it
	 * holds: a ring of 8 that are given out every millisecond was full after a pause of 8 ms. */
	BLOCK_BYTES = 1 << 17,
	FRAME_BYTES = 2048, /* of no meaning in V3, but it must divide the block */
	VLAN_TAG = 4,
	ETHERNET_HEADER = 14,
	MACS = 12,
};

struct ring {
	int fd;
	uint8_t *memory;
	size_t blocks, at;	       /* at: the block that comes next */
	struct tpacket3_hdr *next;     /* in the block that is being given out; NULL: none */
	uint32_t left;		       /* frames of it that are still to be given */
	struct nic nic;
	struct ring_counters counters;
};

static int failed(const char *what, const char *interface, struct err *e)
{
	return err_set(e, errno,
		TR("cannot capture on %s (%s): %m", "%s でキャプチャできません（%s）: %m"), interface,
		what);
}

static int set_option(struct ring *r, int level, int option, const void *value, socklen_t len)
{
	return setsockopt(r->fd, level, option, value, len);
}

/* Nothing may be heard that the filter would not let through: it comes before bind(). */
static int set_filter(struct ring *r, const struct ring_options *o, struct err *e)
{
	struct sock_fprog program = {.len = (unsigned short)o->filter_len,
		.filter = (struct sock_filter *)(uintptr_t)o->filter};
	const int on = 1;

	if (!o->filter)
		return 0;
	if (set_option(r, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ||
		set_option(r, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof(on)) < 0)
		return failed("filter", o->interface, e);
	return 0;
}

static int set_ring(struct ring *r, const struct ring_options *o, struct err *e)
{
	struct tpacket_req3 request = {
		.tp_block_size = BLOCK_BYTES,
		.tp_frame_size = FRAME_BYTES,
		.tp_block_nr = (unsigned int)(o->bytes / BLOCK_BYTES),
		.tp_retire_blk_tov = o->retire_ms,
	};
	const int version = TPACKET_V3, reserve = VLAN_TAG, ignore = !o->sent_too;

	request.tp_frame_nr = request.tp_block_nr * (BLOCK_BYTES / FRAME_BYTES);
	if (set_option(r, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) < 0 ||
		set_option(r, SOL_PACKET, PACKET_RESERVE, &reserve, sizeof(reserve)) < 0 ||
		set_option(r, SOL_PACKET, PACKET_IGNORE_OUTGOING, &ignore, sizeof(ignore)) < 0 ||
		set_option(r, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)) < 0)
		return failed("ring", o->interface, e);
	r->blocks = request.tp_block_nr;
	r->memory = mmap(NULL, r->blocks * BLOCK_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, 0);
	if (r->memory == MAP_FAILED) {
		r->memory = NULL;
		return failed("mmap", o->interface, e);
	}
	return 0;
}

static int bind_ring(struct ring *r, const struct ring_options *o, struct err *e)
{
	const int fanout = o->fanout | PACKET_FANOUT_HASH << 16;
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = r->nic.index};

	if (bind(r->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return failed("bind", o->interface, e);
	if (o->fanout && set_option(r, SOL_PACKET, PACKET_FANOUT, &fanout, sizeof(fanout)) < 0)
		return failed("fanout", o->interface, e);
	return 0;
}

int ring_open(const struct ring_options *options, struct ring **ret, struct err *e)
{
	AUTO(ring_close) struct ring *r = calloc(1, sizeof(*r));

	if (!r)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	memset(r->nic.files, -1, sizeof(r->nic.files));
	r->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (r->fd < 0)
		return failed("socket", options->interface, e);
	int rc = nic_open(&r->nic, options->interface, r->fd, e);
	if (rc == 0)
		rc = set_filter(r, options, e);
	if (rc == 0)
		rc = set_ring(r, options, e);
	if (rc == 0)
		rc = bind_ring(r, options, e);
	if (rc < 0)
		return rc;
	*ret = TAKE(r);
	return 0;
}

void ring_close(struct ring *r)
{
	if (!r)
		return;
	if (r->memory)
		munmap(r->memory, r->blocks * BLOCK_BYTES);
	if (r->fd >= 0)
		close(r->fd);
	nic_close(&r->nic);
	free(r);
}

/* --- reading --- */

static struct tpacket_block_desc *block_at(const struct ring *r)
{
	return (struct tpacket_block_desc *)(void *)(r->memory + r->at * BLOCK_BYTES);
}

/* The kernel writes the status last, and takes a block back when it reads it. */
static bool block_is_ours(struct ring *r)
{
	return __atomic_load_n(&block_at(r)->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER;
}

static void give_block_back(struct ring *r)
{
	__atomic_store_n(&block_at(r)->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	r->at = (r->at + 1) % r->blocks;
	r->next = NULL;
}

static void begin_block(struct ring *r)
{
	struct tpacket_block_desc *block = block_at(r);

	r->left = block->hdr.bh1.num_pkts;
	r->next = (struct tpacket3_hdr *)(void *)((uint8_t *)block + block->hdr.bh1.offset_to_first_pkt);
}

/* The kernel took the tag out of the frame; there is room for it before the frame (PACKET_RESERVE). */
static void put_tag_back(const struct tpacket3_hdr *h, struct frame *frame)
{
	const uint16_t type = h->tp_status & TP_STATUS_VLAN_TPID_VALID ? h->hv1.tp_vlan_tpid : ETH_P_8021Q;
	const uint16_t tag[2] = {htons(type), htons((uint16_t)h->hv1.tp_vlan_tci)};
	uint8_t *data = (uint8_t *)(uintptr_t)frame->data;

	if (frame->cap_len < ETHERNET_HEADER)
		return;
	memmove(data - VLAN_TAG, data, MACS);
	memcpy(data - VLAN_TAG + MACS, tag, sizeof(tag));
	frame->data -= VLAN_TAG;
	frame->cap_len += VLAN_TAG;
	frame->wire_len += VLAN_TAG;
}

/* The kernel writes the packet's address behind its header. */
static bool is_sent(const struct tpacket3_hdr *h)
{
	const struct sockaddr_ll *address = (const void *)((const uint8_t *)h + TPACKET_ALIGN(sizeof(*h)));

	return address->sll_pkttype == PACKET_OUTGOING;
}

/* Short ones too, where the kernel says so; of UDP it does not. */
static bool is_merged(const struct ring *r, const struct tpacket3_hdr *h)
{
	const bool is_long = r->nic.mtu > 0 && h->tp_len > (uint32_t)r->nic.mtu + ETHERNET_HEADER + VLAN_TAG;

	return is_long || h->tp_status & TP_STATUS_GSO_TCP;
}

static void give_frame(struct ring *r, const struct tpacket3_hdr *h, struct frame *ret)
{
	*ret = (struct frame){
		.ts_ns = (int64_t)h->tp_sec * 1000000000 + h->tp_nsec,
		.data = (const uint8_t *)h + h->tp_mac,
		.cap_len = h->tp_snaplen,
		.wire_len = h->tp_len,
		.link_type = r->nic.link_type,
		.checksum_open = h->tp_status & TP_STATUS_CSUMNOTREADY,
	};
	r->counters.checksum_open += ret->checksum_open;
	r->counters.sent += is_sent(h);
	r->counters.merged += is_merged(r, h);
	if (h->tp_status & TP_STATUS_VLAN_VALID && r->nic.link_type == LINK_ETHERNET)
		put_tag_back(h, ret);
}

static int wait_for_block(struct ring *r, int wait_ms, struct err *e)
{
	struct pollfd p = {.fd = r->fd, .events = POLLIN | POLLERR};
	int code = 0;
	socklen_t len = sizeof(code);

	if (poll(&p, 1, wait_ms) < 0)
		return errno == EINTR ? 0 : err_set(e, errno, "poll: %m");
	if (!(p.revents & (POLLERR | POLLHUP | POLLNVAL)))
		return 0;
	if (getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &code, &len) < 0 || code == 0)
		return 0;
	return err_set(e, code,
		code == ENETDOWN ? TR("the interface is down", "インターフェースが停止しています")
				 : TR("the interface is gone: %s", "インターフェースがなくなりました: %s"),
		strerror(code));
}

int ring_read(struct ring *r, int wait_ms, struct frame_batch *batch, struct err *e)
{
	batch->count = 0;
	if (r->next && r->left == 0)
		give_block_back(r);
	if (!r->next && !block_is_ours(r)) {
		int rc = wait_for_block(r, wait_ms, e);
		if (rc < 0)
			return rc;
	}
	if (!r->next && block_is_ours(r))
		begin_block(r);
	for (; r->next && r->left > 0 && batch->count < FRAME_BATCH; r->left--) {
		give_frame(r, r->next, &batch->frames[batch->count++]);
		r->next = (struct tpacket3_hdr *)(void *)((uint8_t *)r->next + r->next->tp_next_offset);
	}
	return (int)batch->count;
}

void ring_counters(struct ring *r, struct ring_counters *ret)
{
	struct tpacket_stats_v3 stats;
	socklen_t len = sizeof(stats);

	if (getsockopt(r->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) == 0) {
		r->counters.heard += stats.tp_packets;
		r->counters.dropped += stats.tp_drops;
		r->counters.freezes += stats.tp_freeze_q_cnt;
	}
	*ret = r->counters;
}

void ring_losses(const struct ring *r, struct ring_losses *ret)
{
	nic_losses(&r->nic, ret);
}

uint16_t ring_link_type(const struct ring *r)
{
	return r->nic.link_type;
}

bool ring_merges(const struct ring *r)
{
	return r->nic.merges;
}
