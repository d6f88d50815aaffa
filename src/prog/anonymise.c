#include "prog/anonymise.h"

#include "base/text.h"
#include "prog/scrub.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

struct anonymiser {
	EVP_CIPHER_CTX *aes;
	uint8_t pad[16];
	struct addr last,
		last_out; /* one sensor after another: one address is asked for again and again */
	bool has_last;
	uint8_t was[1 << 18]; /* a packet as it was; no capture record is longer */
};

int anonymiser_new(const uint8_t key[ANONYMISE_KEY_SIZE], struct anonymiser **ret, struct err *e)
{
	AUTO(anonymiser_free) struct anonymiser *a = calloc(1, sizeof(*a));
	int len = 0;

	if (a)
		a->aes = EVP_CIPHER_CTX_new();
	if (!a || !a->aes || EVP_EncryptInit_ex(a->aes, EVP_aes_128_ecb(), NULL, key, NULL) != 1 ||
		EVP_EncryptUpdate(a->aes, a->pad, &len, key + 16, 16) != 1)
		return err_set(e, ENOMEM, TR("cannot set up the cipher", "暗号の準備ができません"));
	*ret = TAKE(a);
	return 0;
}

void anonymiser_free(struct anonymiser *a)
{
	if (!a)
		return;
	EVP_CIPHER_CTX_free(a->aes);
	free(a);
}

static int read_key(const char *path, uint8_t key[ANONYMISE_KEY_SIZE])
{
	AUTO(close) int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return read(fd, key, ANONYMISE_KEY_SIZE) == ANONYMISE_KEY_SIZE ? 0 : -EINVAL;
}

/* Two first users at once: the one whose link() fails takes the other's key. */
static int make_key(const char *path, struct err *e)
{
	uint8_t key[ANONYMISE_KEY_SIZE];
	char own[4096];

	snprintf(own, sizeof(own), "%s.%d", path, (int)getpid());
	AUTO(close) int fd = open(own, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool written = fd >= 0 && getrandom(key, sizeof(key), 0) == (ssize_t)sizeof(key) &&
		       write(fd, key, sizeof(key)) == (ssize_t)sizeof(key) && fsync(fd) == 0;
	bool linked = written && (link(own, path) == 0 || errno == EEXIST);
	int cause = errno;

	unlink(own);
	errno = cause;
	return linked ? 0
		      : err_set(e, cause, TR("cannot make %s: %m", "%s を作れません: %m"), path);
}

int anonymise_key(const char *folder, uint8_t key[ANONYMISE_KEY_SIZE], struct err *e)
{
	char path[4000];

	snprintf(path, sizeof(path), "%s/anonymise.key", folder);
	int rc = read_key(path, key);
	if (rc == -ENOENT) {
		rc = make_key(path, e);
		if (rc == 0)
			rc = read_key(path, key);
	}
	return rc < 0 ? err_set(e, -rc, TR("cannot read the key %s: %s", "鍵 %s を読めません: %s"),
				path, strerror(-rc))
		      : 0;
}

static unsigned address_bit(const struct addr *a, unsigned bit)
{
	return a->b[bit / 8] >> (7 - bit % 8) & 1;
}

/* Each bit is flipped by a function of the key and the bits before it. IPv4 keeps its mapped head. */
struct addr anonymise_address(struct anonymiser *a, const struct addr *address)
{
	struct addr out = *address;

	if (a->has_last && addr_equal(&a->last, address))
		return a->last_out;
	for (unsigned bit = addr_is_v4(address) ? 96 : 0; bit < 128; bit++) {
		uint8_t in[16], cipher[32];
		int len = 0;

		memcpy(in, a->pad, sizeof(in));
		for (unsigned i = 0; i < bit; i++)
			in[i / 8] = (uint8_t)((in[i / 8] & ~(0x80 >> i % 8)) |
					      address_bit(address, i) << (7 - i % 8));
		EVP_EncryptUpdate(a->aes, cipher, &len, in, sizeof(in));
		out.b[bit / 8] ^= (uint8_t)((cipher[0] >> 7) << (7 - bit % 8));
	}
	a->last = *address;
	a->last_out = out;
	a->has_last = true;
	return out;
}

static void replace_all(uint8_t *data, size_t len, const void *from, const void *to, size_t size)
{
	for (uint8_t *at = data;
		len >= size && (at = memmem(at, (size_t)(data + len - at), from, size)); at += size)
		memcpy(at, to, size);
}

/* RFC 1071 sum of big-endian words, not folded. */
static uint64_t word_sum(const uint8_t *data, size_t len)
{
	uint64_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint64_t)(data[i] << 8 | data[i + 1]);
	return sum + (len & 1 ? (uint64_t)data[len - 1] << 8 : 0);
}

/* RFC 1624: HC' = ~(~HC + ~m + m'), with the sums of all words before and after. */
static void correct(uint8_t *field, uint64_t before, uint64_t after)
{
	uint64_t sum = (uint16_t) ~(field[0] << 8 | field[1]) + after;

	sum += (UINT64_C(0xffff) << 32) - before; /* a multiple of 0xffff: no change modulo it */
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	field[0] = (uint8_t)(~sum >> 8);
	field[1] = (uint8_t)~sum;
}

/* One checksum: its field and what it covers, as the packet was and as it is now. */
struct cover {
	size_t field, from, to; /* offsets; covers [from, to) without the field, and extra words */
};

static void correct_cover(uint8_t *now, const uint8_t *was, struct cover c, uint64_t extra_before,
	uint64_t extra_after)
{
	/* the field itself may hold bytes that look like the address: take the old one */
	now[c.field] = was[c.field];
	now[c.field + 1] = was[c.field + 1];
	correct(now + c.field, word_sum(was + c.from, c.to - c.from) + extra_before,
		word_sum(now + c.from, c.to - c.from) + extra_after);
}

static size_t ipv4_header_len(const uint8_t *ip, size_t len)
{
	size_t header = len ? (size_t)(ip[0] & 0x0f) * 4 : 0;

	return header >= 20 && header <= len && ip[0] >> 4 == 4 ? header : 0;
}

/* Offset of the transport checksum in its header, -1 when there is none. */
static int checksum_offset(const struct packet *p)
{
	switch (p->protocol) {
	case PROTOCOL_TCP:
		return 16;
	case PROTOCOL_UDP:
		return 6;
	case PROTOCOL_ICMP:
	case PROTOCOL_ICMPV6:
		return 2;
	default:
		return -1;
	}
}

/* The two addresses of the header, as the pseudo header of the transport checksum has them. */
static uint64_t address_sum(const uint8_t *ip, uint8_t version)
{
	return version == 4 ? word_sum(ip + 12, 8) : word_sum(ip + 8, 32);
}

static void correct_transport(const struct packet *p, size_t header, uint8_t *now, const uint8_t *was, size_t len)
{
	int offset = checksum_offset(p);
	bool pseudo = p->protocol != PROTOCOL_ICMP;

	if (offset < 0 || header == 0 || p->fragment == FRAGMENT_LATER ||
		header + (size_t)offset + 2 > len)
		return;
	size_t field = header + (size_t)offset;
	if (p->protocol == PROTOCOL_UDP && was[field] == 0 && was[field + 1] == 0)
		return;
	correct_cover(now, was, (struct cover){field, header, len},
		pseudo ? address_sum(was, p->version) : 0, pseudo ? address_sum(now, p->version) : 0);
	if (p->protocol == PROTOCOL_UDP && now[field] == 0 && now[field + 1] == 0)
		memset(now + field, 0xff, 2); /* 0 would mean "no checksum" (RFC 768) */
}

/* Where the transport header starts in the captured IP packet; 0 when it cannot be told. */
static size_t transport_start(const struct packet *p)
{
	size_t payload = p->payload ? (size_t)(p->payload - p->ip) : 0;
	size_t header = p->protocol == PROTOCOL_TCP ? p->tcp_header_len : 8;

	if (p->version == 4)
		return ipv4_header_len(p->ip, p->ip_captured);
	return payload >= 40 + header ? payload - header : 0;
}

static void clear_link_addresses(uint8_t *frame, size_t before_ip, uint16_t link_type)
{
	if (link_type == LINK_ETHERNET && before_ip >= 12)
		memset(frame, 0, 12);
	else if (link_type == LINK_LINUX_SLL && before_ip >= 14)
		memset(frame + 6, 0, 8);
	else if (link_type == LINK_LINUX_SLL2 && before_ip >= 20)
		memset(frame + 12, 0, 8);
}

/* In the headers the destination stands, the same as source (land), and as a sequence number (Mirai); everything behind them is
 * searched for any sensor's address. */
static void replace_addresses(struct anonymiser *a, const struct plant *plant, const struct packet *p,
	uint8_t *now, size_t len)
{
	struct addr after = anonymise_address(a, &p->dst);
	size_t headers = p->payload ? (size_t)(p->payload - p->ip) : len;
	size_t size = addr_is_v4(&p->dst) ? 4 : 16;

	headers = headers < len ? headers : len;
	replace_all(now, headers, p->dst.b + 16 - size, after.b + 16 - size, size);
	scrub(a, plant, &p->dst, a->was, now, headers, len);
}

void anonymise_frame(struct anonymiser *a, const struct plant *plant, const struct packet *p, uint8_t *frame,
	size_t cap_len, uint16_t link_type)
{
	size_t ip_at = (size_t)(p->ip - frame);
	size_t len = cap_len - ip_at < sizeof(a->was) ? cap_len - ip_at : sizeof(a->was);
	uint8_t *now = frame + ip_at;
	const uint8_t *was = a->was;
	size_t covered = p->ip_captured < len ? p->ip_captured : len;

	memcpy(a->was, now, len);
	clear_link_addresses(frame, ip_at, link_type);
	size_t header = transport_start(p);
	size_t quote = p->quote.present && p->payload ? (size_t)(p->payload - p->ip) : 0;
	replace_addresses(a, plant, p, now, len);

	size_t outer = ipv4_header_len(was, covered);
	size_t inner = quote ? ipv4_header_len(was + quote, covered - quote) : 0;
	if (inner)
		correct_cover(now, was, (struct cover){quote + 10, quote, quote + inner}, 0, 0);
	correct_transport(p, header, now, was, covered);
	if (outer)
		correct_cover(now, was, (struct cover){10, 0, outer}, 0, 0);
}
