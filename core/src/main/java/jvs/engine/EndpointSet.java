package jvs.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import jvs.wire.Packet;
import jvs.wire.UdpHeader;

/** A set of (protocol, address, port), asked on the data path. Immutable, allocates nothing. */
public final class EndpointSet {
  /** Stands for every protocol. */
  public static final int ANY_PROTOCOL = 255;

  /** In place of protocol and port: some endpoint has this address. */
  private static final int SOME = 1 << 24;

  /** No endpoints. */
  public static final EndpointSet EMPTY = new EndpointSet(List.of());

  private final List<Endpoint> endpoints;
  private final long[] highs;
  private final long[] lows;
  private final int[] portsAndProtocols;
  private final int mask;
  private final boolean isEmpty;

  /** The set of {@code endpoints}. */
  public EndpointSet(Collection<Endpoint> endpoints) {
    this.endpoints = endpoints.stream().distinct().toList();
    int slots = Integer.highestOneBit(Math.max(8, endpoints.size() * 8));
    mask = slots - 1;
    isEmpty = endpoints.isEmpty();
    highs = new long[slots];
    lows = new long[slots];
    portsAndProtocols = new int[slots];
    for (Endpoint endpoint : endpoints) {
      IpAddress address = endpoint.address();
      put(pack(endpoint.protocol(), endpoint.port()), address.high(), address.low());
      put(SOME, address.high(), address.low());
    }
  }

  private void put(int packed, long high, long low) {
    if (has(packed, high, low)) {
      return;
    }
    int place = hash(packed, high, low);
    while (portsAndProtocols[place] != 0) {
      place = place + 1 & mask;
    }
    highs[place] = high;
    lows[place] = low;
    portsAndProtocols[place] = packed;
  }

  /** The set of {@code endpoints}; with ISAKMP's comes what follows its connections: ESP, AH. */
  static EndpointSet withIpsec(Collection<Endpoint> endpoints) {
    List<Endpoint> all = new ArrayList<>(endpoints);
    for (Endpoint endpoint : endpoints) {
      if (endpoint.protocol() == UdpHeader.PROTOCOL && endpoint.port() == Requests.ISAKMP) {
        all.add(new Endpoint(endpoint.address(), Packet.ESP, 0));
        all.add(new Endpoint(endpoint.address(), Packet.AH, 0));
      }
    }
    return new EndpointSet(all);
  }

  /** The endpoints, each once; for the control plane. */
  public List<Endpoint> endpoints() {
    return endpoints;
  }

  /** Whether an endpoint is in the set, with its port or with port 0. */
  public boolean contains(int protocol, long high, long low, int port) {
    return !isEmpty && (has(pack(protocol, port), high, low) || has(pack(protocol, 0), high, low));
  }

  /** Whether an address is that of an endpoint in the set. */
  public boolean containsAddress(long high, long low) {
    return !isEmpty && has(SOME, high, low);
  }

  private boolean has(int packed, long high, long low) {
    int place = hash(packed, high, low);
    while (portsAndProtocols[place] != 0) {
      if (portsAndProtocols[place] == packed && lows[place] == low && highs[place] == high) {
        return true;
      }
      place = place + 1 & mask;
    }
    return false;
  }

  private static int pack(int protocol, int port) {
    return protocol << 16 | port;
  }

  private int hash(int packed, long high, long low) {
    return (int) ((low ^ high ^ (long) packed << 32) * 0x9e3779b97f4a7c15L >>> 40) & mask;
  }
}
