package jvs.service;

import jvs.wire.IpAddress;

/**
 * A connection synchronisation daemon, as IPVS_DAEMON_ATTR_* carry it. Immutable.
 *
 * @param isMaster master or backup
 * @param interfaceName multicast interface
 * @param syncId 0..255
 * @param maxLength largest message in bytes, 0 for the default
 * @param group multicast group, 0.0.0.0 for the default
 * @param port UDP port, 0 for the default
 * @param ttl multicast TTL, 0 for the default
 */
public record DaemonSpec(
    boolean isMaster,
    String interfaceName,
    int syncId,
    int maxLength,
    IpAddress group,
    int port,
    int ttl) {}
