package jvs.service;

import jvs.wire.IpAddress;

/**
 * A local address of a FULLNAT service as listings show it. Immutable.
 *
 * @param address where the service's connections to its servers come from
 * @param connections how many there are now
 */
public record LocalAddressEntry(IpAddress address, long connections) {}
