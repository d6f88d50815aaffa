/* The numbers of the two file formats, as their readers and writers know them
 * (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng). */
#pragma once

enum pcap_number {
	PCAP_MAGIC_US = 0xa1b2c3d4,
	PCAP_MAGIC_NS = 0xa1b23c4d,
	PCAP_MAJOR = 2,
	PCAP_MINOR = 4,
	PCAP_HEADER = 24,
	PCAP_RECORD = 16,	/* the header of one */
	PCAP_SNAP_LEN = 262144, /* the largest that libpcap reads */
};

enum pcapng_block {
	BLOCK_SECTION = 0x0a0d0d0a, /* the same in both byte orders */
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET_OLD = 2,
	BLOCK_PACKET_SIMPLE = 3,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
	BLOCK_CUSTOM = 0xbad, /* may be copied into other files */
};

enum pcapng_number {
	PCAPNG_MAGIC = 0x1a2b3c4d, /* of the byte order */
	PCAPNG_MAJOR = 1,
	BLOCK_HEADER = 8,  /* type and length */
	BLOCK_AROUND = 12, /* and the length again behind the body */
};

enum pcapng_option {
	OPTION_END = 0,
	OPTION_IF_NAME = 2,
	OPTION_IF_TSRESOL = 9,
	OPTION_IF_TSOFFSET = 14,
	OPTION_ISB_STARTTIME = 2,
	OPTION_ISB_ENDTIME = 3,
	OPTION_ISB_IFRECV = 4,
	OPTION_ISB_IFDROP = 5,
	OPTION_ISB_OSDROP = 7,
	OPTION_ISB_USRDELIV = 8,
};
