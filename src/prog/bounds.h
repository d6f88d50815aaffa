/* What an import may need of memory and disk, and what it notes where a limit was reached. */
#pragma once

#include "flow/flow.h"
#include "prog/intake.h"

/* With as many signatures as are loaded, here and below. */
struct flow_limits bounds_of_flow(const struct prog *p);
/* The most memory that so many captures at once can need, in bytes; teiten.yaml(5) has it as a formula. */
uint64_t bounds_memory(const struct prog *p, size_t captures);
/* What is left of import.memory_mib for captures. */
uint64_t bounds_memory_for_captures(const struct prog *p);
/* The most that a capture of so many bytes (decompressed) can need of it. */
uint64_t bounds_memory_of(const struct prog *p, uint64_t bytes);
/* -EINVAL when bounds_memory() is more than import.memory_mib. */
int bounds_check_memory(const struct prog *p, size_t captures, struct err *e) MUST_USE;
/* -ENOSPC when less than import.free_mib is free where the store is; a server looks after itself. Nothing is lost then: the
 * next import goes on. */
int bounds_check_room(const struct prog *p, struct err *e) MUST_USE;
/* Once all blocks are in: to the ledger, and to the counts of the result. */
int bounds_note(struct store *store, const struct flow *flow, struct intake_result *result,
	struct err *e) MUST_USE;
