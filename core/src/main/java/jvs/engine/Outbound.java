package jvs.engine;

import java.util.ArrayList;
import java.util.List;
import jvs.port.PacketPort;
import jvs.route.Link;
import jvs.route.Neighbour;
import jvs.route.NextHop;
import jvs.route.RouteCache;
import jvs.route.RouteTable;
import jvs.wire.ArpHeader;
import jvs.wire.DropReason;
import jvs.wire.EthernetHeader;
import jvs.wire.IpAddress;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.VnetHeader;
import org.jspecify.annotations.Nullable;

/**
 * The way out: finds the link and the neighbour, writes the Ethernet header, hands the frame to the
 * link's port. Resolves neighbours by ARP and neighbour discovery meanwhile keeping a bounded
 * number of frames.
 *
 * <p>One thread, its worker's.
 */
public final class Outbound implements AutoCloseable {
  private static final long PROBE_INTERVAL_MILLIS = 1_000;
  private static final int PROBES = 3;
  private static final long PENDING_MILLIS = PROBES * PROBE_INTERVAL_MILLIS;
  private static final long REACHABLE_MILLIS = 30_000;
  private static final long BROADCAST = 0xffff_ffff_ffffL;
  private static final int ARP_FRAME_BYTES = 60;

  private final @Nullable PacketPort[] portByLink;
  private final PacketPort[] ports;
  private final RouteCache routes;
  private final ScratchFrames scratch = new ScratchFrames();
  private final PendingFrames pending = new PendingFrames();
  private final EthernetHeader ethernet = new EthernetHeader();
  private final ArpHeader arp = new ArpHeader();
  private final NeighbourFrames discovery = new NeighbourFrames();
  private final Fragmenter fragmenter;

  /** Sends through {@code ports}; of several for one link, through the last. */
  public Outbound(PacketPort[] ports, RouteCache routes) {
    this.ports = ports.clone();
    this.routes = routes;
    fragmenter = new Fragmenter(this);
    int highest = 0;
    for (PacketPort port : ports) {
      highest = Math.max(highest, port.linkIndex());
    }
    portByLink = new @Nullable PacketPort[highest + 1];
    for (PacketPort port : ports) {
      portByLink[port.linkIndex()] = port;
    }
  }

  /** The links of the ports; for the control plane's occasions. */
  List<Link> links(RouteTable table) {
    List<Link> links = new ArrayList<>();
    for (PacketPort port : ports) {
      Link link = table.link(port.linkIndex());
      if (link != null && !links.contains(link)) {
        links.add(link);
      }
    }
    return links;
  }

  /** Where packets to this destination go. */
  NextHop lookup(boolean isV6, long high, long low) {
    return routes.lookup(isV6, high, low);
  }

  /** Routes in use. */
  RouteCache routes() {
    return routes;
  }

  /** A fresh frame to fill in; valid until the ports are flushed. */
  long newFrame() {
    if (scratch.isExhausted()) {
      flush();
    }
    return scratch.next();
  }

  /**
   * Sends a received packet on: writes the Ethernet addresses and queues it at the port, or keeps
   * it until the next hop is resolved.
   *
   * @return a verdict
   */
  int forward(Packet packet, NextHop hop, long nowMillis) {
    Link link = hop.link();
    return forward(packet, hop, link == null ? 0 : link.mtu(), nowMillis, true);
  }

  /**
   * Sends a packet on over a path of {@code mtu}, in fragments if it must.
   *
   * @param isCounted whether it is a received frame whose verdict counts
   */
  int forward(Packet packet, NextHop hop, int mtu, long nowMillis, boolean isCounted) {
    int before = packet.largestFragment();
    int size = before == 0 ? mtu : Math.min(mtu, before);
    boolean isTooLong = packet.length() - packet.network() > size;
    if (isTooLong && size > 0 && !VnetHeader.isSuperFrame(packet.address())) {
      return fragmenter.send(packet, size, hop, nowMillis);
    }
    return send(packet.address(), packet.length(), hop, nowMillis, isCounted);
  }

  /** Sends a frame of our own in the same way. */
  int sendOwn(long frame, int length, NextHop hop, long nowMillis) {
    return send(frame, length, hop, nowMillis, false);
  }

  private int send(long frame, int length, NextHop hop, long nowMillis, boolean isCounted) {
    Link link = hop.link();
    Neighbour neighbour = hop.neighbour();
    if (link == null || neighbour == null) {
      return DropReason.NO_ROUTE.code();
    }
    PacketPort port = port(link.index());
    if (port == null) {
      return DropReason.NO_INTERFACE.code();
    }
    if (!neighbour.isResolved()) {
      probe(neighbour, hop, nowMillis);
      return pending.add(frame, length, neighbour, nowMillis + PENDING_MILLIS, isCounted)
          ? Verdict.PENDING
          : DropReason.NEIGHBOUR_QUEUE_FULL.code();
    }
    if (nowMillis - neighbour.confirmedMillis() > REACHABLE_MILLIS) {
      refresh(neighbour, hop, nowMillis);
    }
    ethernet.wrap(frame, length).addresses(neighbour.mac(), link.mac());
    port.send(frame, length);
    return Verdict.FORWARDED;
  }

  private @Nullable PacketPort port(int linkIndex) {
    return linkIndex < portByLink.length ? portByLink[linkIndex] : null;
  }

  /** Asks again for an address that is known but old; gives it up after some silence. */
  private void refresh(Neighbour neighbour, NextHop hop, long nowMillis) {
    if (neighbour.unansweredProbes() > PROBES
        && nowMillis - neighbour.confirmedMillis() > 2 * REACHABLE_MILLIS) {
      neighbour.forget();
    }
    probe(neighbour, hop, nowMillis);
  }

  private void probe(Neighbour neighbour, NextHop hop, long nowMillis) {
    IpAddress source = hop.source();
    Link link = hop.link();
    if (source == null
        || link == null
        || source.isV4() == neighbour.isV6()
        || !neighbour.mayProbe(nowMillis, PROBE_INTERVAL_MILLIS)) {
      return;
    }
    if (source.isV4()) {
      sendArp(link, ArpHeader.REQUEST, BROADCAST, source.v4(), 0, (int) neighbour.low());
    } else {
      solicit(link, source, neighbour);
    }
  }

  private void solicit(Link link, IpAddress source, Neighbour neighbour) {
    PacketPort port = port(link.index());
    if (port != null) {
      long frame = newFrame();
      discovery.solicit(frame, link.mac(), source, neighbour.high(), neighbour.low());
      port.send(frame, NeighbourFrames.LENGTH);
    }
  }

  /** Sends a neighbour advertisement on a link: its address is the target's. */
  void advertise(
      Link link,
      int flags,
      long targetHigh,
      long targetLow,
      long destinationMac,
      long destinationHigh,
      long destinationLow) {
    PacketPort port = port(link.index());
    if (port != null) {
      long frame = newFrame();
      discovery.advertise(
          frame,
          link.mac(),
          flags,
          targetHigh,
          targetLow,
          destinationMac,
          destinationHigh,
          destinationLow);
      port.send(frame, NeighbourFrames.LENGTH);
    }
  }

  /** Sends an ARP packet on a link. */
  void sendArp(
      Link link, int operation, long destination, int senderIp, long targetMac, int targetIp) {
    PacketPort port = port(link.index());
    if (port == null) {
      return;
    }
    long frame = newFrame();
    Memory.zero(frame, ARP_FRAME_BYTES);
    ethernet.wrap(frame, ARP_FRAME_BYTES).addresses(destination, link.mac());
    Memory.put16(frame + 12, EthernetHeader.ARP);
    arp.wrap(frame + 14, ArpHeader.LENGTH)
        .write(operation, link.mac(), senderIp, targetMac, targetIp);
    port.send(frame, ARP_FRAME_BYTES);
  }

  /**
   * Sends what waited for neighbours that are known now and drops what waited too long.
   *
   * @return how many frames moved
   */
  int retryPending(long nowMillis, FrameCounters counters) {
    if (pending.size() == 0) {
      return 0;
    }
    int work = 0;
    for (int i = 0; i < PendingFrames.CAPACITY; i++) {
      Neighbour neighbour = pending.neighbour(i);
      if (neighbour == null) {
        continue;
      }
      if (neighbour.isResolved()) {
        Link link = routes.table().link(neighbour.linkIndex());
        PacketPort port = port(neighbour.linkIndex());
        if (link != null && port != null) {
          ethernet.wrap(pending.frame(i), pending.length(i)).addresses(neighbour.mac(), link.mac());
          port.send(pending.frame(i), pending.length(i));
        }
        settle(i, Verdict.FORWARDED, counters);
        work++;
      } else if (nowMillis >= pending.deadlineMillis(i)) {
        settle(i, DropReason.NEIGHBOUR_UNREACHABLE.code(), counters);
        work++;
      } else {
        reprobe(neighbour, nowMillis);
      }
    }
    flush();
    return work;
  }

  private void settle(int place, int verdict, FrameCounters counters) {
    if (pending.isCounted(place)) {
      counters.ended(verdict);
    }
    pending.remove(place);
  }

  private void reprobe(Neighbour neighbour, long nowMillis) {
    NextHop hop = routes.lookup(neighbour.isV6(), neighbour.high(), neighbour.low());
    if (hop.neighbour() == neighbour) {
      probe(neighbour, hop, nowMillis);
    }
  }

  /** Whether frames wait for a neighbour. */
  boolean hasPending() {
    return pending.size() > 0;
  }

  /** Sends everything that is queued at the ports. */
  void flush() {
    for (PacketPort port : ports) {
      port.flush();
    }
    scratch.recycle();
  }

  @Override
  public void close() {
    scratch.close();
    pending.close();
  }
}
