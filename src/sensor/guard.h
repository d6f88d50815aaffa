/* A process that touches what strangers sent keeps only what it still needs: no capability, no new rights, files of one
 * folder, a list of system calls. In this order, after everything is open. Each step holds for the threads that come later. */
#pragma once

#include "base/err.h"

/* Becomes that user (of that setting, for messages) when this is root, gives up all capabilities (for good: the bounding set too where that is allowed)
 * and every way to get new ones; no core dumps, not traceable. */
int guard_user(const char *user, const char *setting, struct err *e) MUST_USE;
/* Keeps these capabilities and no other, for programs that it starts too; without changing the user. */
int guard_keep(const unsigned int *capabilities, size_t count, struct err *e) MUST_USE;
/* From here on only files below these folders can be opened (Landlock); no program can be started. Where the kernel knows
 * it also: no TCP connections, no signals and abstract sockets to others. *ret_abi: what the kernel can, 0: nothing of it
 * (that is no error). */
int guard_files(const int *folder_fds, size_t count, int *ret_abi, struct err *e) MUST_USE;
/* The same, and more: files below others may be read, and these TCP ports of others be connected to. */
struct guard_access {
	const int *folders, *readable; /* descriptors */
	size_t folder_count, readable_count;
	const uint16_t *ports;
	size_t port_count;
};
int guard_access(const struct guard_access *access, int *ret_abi, struct err *e) MUST_USE;
/* From here on only these system calls (SCMP_SYS(...)) and those that any process of ours needs (memory that is never run,
 * threads, time, what is open) are possible: any other ends the process, and those that would open the way to new rights
 * fail with EPERM, unless they are named. A socket that is named is one of the Internet, of this machine's programs or
 * of its addresses (netlink): never one that hears packets. */
int guard_calls(const int *calls, size_t count, struct err *e) MUST_USE;
