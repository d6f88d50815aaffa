/* Addresses that belong to no country and no AS: private, documentation, multicast and so on. */
#pragma once

#include "geo/steps.h"

/* Copies the steps without those addresses: databases made from registries do give them
 * (192.168.0.0/16 as Australian, 203.0.113.0/24 too). *ret is empty before. Returns 0, -E2BIG or
 * -ENOMEM. */
int special_remove(const struct step_lists *from, struct step_lists *ret) MUST_USE;
