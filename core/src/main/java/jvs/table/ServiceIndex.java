package jvs.table;

import java.util.Collection;
import java.util.List;
import jvs.service.ServiceKey;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * All services at one moment, ready for a worker to find the one of a packet (ip_vs_ctl.c,
 * ip_vs_service_find). Immutable; looking up allocates nothing.
 */
public final class ServiceIndex {
  /** No services. */
  public static final ServiceIndex EMPTY = new ServiceIndex(List.of());

  private static final int FTP = 21;
  private static final int FTP_DATA = 20;
  private static final int FIRST_UNPRIVILEGED = 1024;

  private final @Nullable VirtualService[] table;
  private final int mask;
  private final List<VirtualService> services;
  private final boolean isEmpty;
  private final boolean hasFtp;
  private final boolean hasPortZero;
  private final boolean hasMarks;

  /** An index of {@code services}. */
  public ServiceIndex(Collection<VirtualService> services) {
    int slots = Integer.highestOneBit(Math.max(8, services.size() * 4));
    table = new @Nullable VirtualService[slots];
    mask = slots - 1;
    this.services = List.copyOf(services);
    isEmpty = services.isEmpty();
    boolean ftp = false;
    boolean portZero = false;
    boolean marks = false;
    for (VirtualService service : services) {
      ServiceKey key = service.key();
      ftp |= !key.isMark() && key.port() == FTP && key.protocol() == ServiceKey.TCP;
      portZero |= !key.isMark() && key.port() == 0;
      marks |= key.isMark();
      int place = hash(key);
      while (table[place & mask] != null) {
        place++;
      }
      table[place & mask] = service;
    }
    hasFtp = ftp;
    hasPortZero = portZero;
    hasMarks = marks;
  }

  /** Whether there is no service at all: IPVS is not active then. */
  public boolean isEmpty() {
    return isEmpty;
  }

  /** All services. */
  public List<VirtualService> services() {
    return services;
  }

  /** The service for a packet, first hit of the kernel's order, or null. */
  public @Nullable VirtualService match(
      boolean isV6, long mark, int protocol, long high, long low, int port) {
    if (mark != 0 && hasMarks) {
      VirtualService byMark = findMark(isV6, mark);
      if (byMark != null) {
        return byMark;
      }
    }
    VirtualService found = find(isV6, protocol, high, low, port);
    if (found == null
        && hasFtp
        && protocol == ServiceKey.TCP
        && (port == FTP_DATA || port >= FIRST_UNPRIVILEGED)) {
      found = find(isV6, protocol, high, low, FTP);
    }
    if (found == null && hasPortZero) {
      found = find(isV6, protocol, high, low, 0);
    }
    return found;
  }

  private @Nullable VirtualService find(boolean isV6, int protocol, long high, long low, int port) {
    int place = hash(protocol, high, low, port);
    while (true) {
      VirtualService service = table[place & mask];
      if (service == null) {
        return null;
      }
      ServiceKey key = service.key();
      IpAddress address = key.address();
      if (key.port() == port
          && key.protocol() == protocol
          && address.low() == low
          && address.high() == high
          && address.isV4() != isV6
          && !key.isMark()) {
        return service;
      }
      place++;
    }
  }

  /** Whether there is a service for the mark. */
  public boolean hasMark(boolean isV6, long mark) {
    return hasMarks && findMark(isV6, mark) != null;
  }

  private @Nullable VirtualService findMark(boolean isV6, long mark) {
    int place = hash(mark);
    while (true) {
      VirtualService service = table[place & mask];
      if (service == null) {
        return null;
      }
      if (service.key().mark() == mark && service.key().address().isV4() != isV6) {
        return service;
      }
      place++;
    }
  }

  private static int hash(ServiceKey key) {
    return key.isMark()
        ? hash(key.mark())
        : hash(key.protocol(), key.address().high(), key.address().low(), key.port());
  }

  private static int hash(int protocol, long high, long low, int port) {
    return hash(low ^ Long.rotateLeft(high, 29) ^ (long) port << 40 ^ (long) protocol << 56);
  }

  private static int hash(long bits) {
    return (int) (bits * 0x9e3779b97f4a7c15L >>> 32);
  }
}
