package jvs.route;

import jvs.wire.IpAddress;

/**
 * An address configured on an interface. Immutable.
 *
 * @param linkIndex the interface
 * @param address the host's own address
 * @param prefixLength length of the network's prefix
 * @param isPrimary not IFA_F_SECONDARY: the one that the kernel uses as source
 */
public record InterfaceAddress(
    int linkIndex, IpAddress address, int prefixLength, boolean isPrimary) {}
