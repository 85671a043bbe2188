package jvs.service;

/**
 * The three timeouts of {@code ipvsadm --set}, in seconds; 0 leaves one as it is when setting.
 *
 * @param tcp established TCP connections
 * @param tcpFin TCP connections after a FIN
 * @param udp UDP connections
 */
public record Timeouts(int tcp, int tcpFin, int udp) {}
