package jvs.service;

import jvs.wire.IpAddress;

/**
 * A connection as {@code ipvsadm -Lc} shows it. Immutable.
 *
 * @param protocol IP protocol number, 0 for the template of a mark service
 * @param clientAddress client
 * @param clientPort client's port
 * @param virtualAddress VIP
 * @param virtualPort VIP's port
 * @param serverAddress real server
 * @param serverPort real server's port
 * @param state state's name as the kernel prints it
 * @param expiresSeconds seconds left
 * @param engine persistence engine's name, empty for none
 * @param engineData its data, empty for none
 * @param isSynced whether a sync daemon brought it
 */
public record ConnectionEntry(
    int protocol,
    IpAddress clientAddress,
    int clientPort,
    IpAddress virtualAddress,
    int virtualPort,
    IpAddress serverAddress,
    int serverPort,
    String state,
    long expiresSeconds,
    String engine,
    String engineData,
    boolean isSynced) {}
