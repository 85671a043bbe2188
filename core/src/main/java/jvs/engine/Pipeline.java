package jvs.engine;

import jvs.flow.ConnectionTable;
import jvs.flow.FlowKey;
import jvs.flow.ProtocolTimeouts;
import jvs.flow.TimingWheel;
import jvs.linux.Mapping;
import jvs.route.Link;
import jvs.service.MarkHits;
import jvs.service.Settings;
import jvs.spi.Forwarder;
import jvs.sync.SyncNotes;
import jvs.wire.DropReason;
import jvs.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * The walk of a frame: from its headers to its verdict (ip_vs_core.c).
 *
 * <pre>
 *   dissect ─► for us? ─► request ─► find or open ─► state ─► method ─► route ─► out
 *                    └──► reply ───► find ─────────► state ─► method ─► route ─► out
 * </pre>
 *
 * <p>One a worker, one thread. Nothing on this path allocates, blocks, logs or throws.
 */
public final class Pipeline implements AutoCloseable {
  private final TimingWheel wheel;
  private final Settings settings;
  private final Outbound outbound;
  private final HostStack host;
  private final FtpControl ftp;
  private final Requests requests;
  private final Replies replies;
  private final RelatedIcmp related;
  private final ArpResponder arp;
  private final Persistence persistence;
  private final Reassembly reassembly;
  private final ConnectionFactory factory;
  private final ConnectionSweep sweep;
  private final TrafficCounters traffic;
  private final MarkHits markHits;
  private final Mapping notes;
  private final ConnectionSync sync;
  private final BackupConnections backup;
  private final Takeover takeover;
  private final FlowKey flow;
  private final Packet packet = new Packet();
  private final HandOver handOver;
  private Snapshot snapshot = Snapshot.EMPTY;
  private boolean isHanded;

  /** A pipeline over a worker's own table, wheel and outbound, and what all workers share. */
  Pipeline(
      ConnectionTable table,
      TimingWheel wheel,
      RealServers servers,
      Templates templates,
      @Nullable Forwarder[] forwarders,
      ProtocolTimeouts timeouts,
      Settings settings,
      TrafficCounters traffic,
      Outbound outbound,
      ArpResponder arp,
      LocalPorts localPorts,
      SyncDaemons daemons,
      HandOver handOver) {
    this.handOver = handOver;
    this.wheel = wheel;
    this.settings = settings;
    this.outbound = outbound;
    this.arp = arp;
    this.traffic = traffic;
    markHits = traffic.markHits();
    IcmpErrors errors = new IcmpErrors(outbound);
    flow = new FlowKey();
    reassembly = new Reassembly(errors);
    host = new HostStack(outbound, errors);
    Transmitter transmitter = new Transmitter(forwarders, settings, outbound, errors);
    persistence = new Persistence(templates, servers, settings);
    ConnectionStates states = new ConnectionStates(wheel, timeouts, settings, persistence);
    factory =
        new ConnectionFactory(
            table, wheel, servers, traffic, persistence, settings, flow, localPorts);
    sweep = new ConnectionSweep(table, servers, factory, persistence, settings);
    notes = SyncNotes.memoryFor(table);
    SyncDaemons.Rings rings = daemons.addWorker();
    sync = new ConnectionSync(templates, settings, rings.toBackups(), new SyncNotes(notes));
    backup =
        new BackupConnections(
            table,
            wheel,
            factory,
            servers,
            templates,
            timeouts,
            settings,
            rings.fromMaster(),
            new SyncNotes(notes));
    takeover = new Takeover(table, templates.table(), backup);
    ftp = new FtpControl(table, factory, states);
    requests =
        new Requests(
            table,
            servers,
            settings,
            traffic,
            factory,
            states,
            ftp,
            transmitter,
            host,
            errors,
            sync,
            backup,
            flow);
    replies =
        new Replies(
            table, servers, settings, traffic, states, ftp, transmitter, host, outbound, flow);
    related =
        new RelatedIcmp(
            table, servers, settings, traffic, transmitter, host, outbound, errors, factory, flow);
  }

  /** Tells of connections before their first packet. */
  void announceTo(ExpectedConnections listener) {
    ftp.announceTo(listener);
  }

  /** Goes on with the connections that an earlier process left in the table. */
  void takeOver(long nowMillis) {
    takeover.begin(wheel, nowMillis);
  }

  /** Uses {@code now} from the next frame on. */
  public void follow(Snapshot now, long nowMillis) {
    Snapshot before = snapshot;
    snapshot = now;
    outbound.routes().follow(now.routes());
    arp.announce(before, now);
    backup.follow(now);
    factory.follow(now);
    if (!before.services().equals(now.services())) {
      takeover.servicesChanged(nowMillis);
      if (settings.expiresNoDestination) {
        sweep.start();
      }
    }
  }

  /** Expires connections and fragments; between bursts. */
  public int expire(long nowMillis) {
    int told = reassembly.expire(nowMillis);
    if (told > 0) {
      outbound.flush();
    }
    return told
        + wheel.advance(nowMillis, factory)
        + persistence.expire(nowMillis, sync)
        + backup.apply(nowMillis)
        + sweep.work(nowMillis);
  }

  /** A burst is at its end. */
  void settle() {
    traffic.settle();
  }

  /** The next frame probably belongs to the connection in {@code slot}. */
  void presume(int slot) {
    flow.presume(slot);
  }

  /**
   * Takes one frame to its end.
   *
   * @return its verdict
   */
  public int process(long address, int length, int linkIndex, long nowMillis) {
    int reason = packet.dissect(address, length, linkIndex);
    return reason != 0 ? reason : process(linkIndex, nowMillis);
  }

  /**
   * Takes a packet that another worker handed over to its end.
   *
   * @return its verdict
   */
  int process(HandOver.Handed handed, long nowMillis) {
    int reason = packet.dissect(handed.address(), handed.length(), handed.linkIndex());
    if (reason != 0) {
      return reason;
    }
    packet.reassembledFrom(handed.largestFragment());
    isHanded = true;
    int verdict = process(handed.linkIndex(), nowMillis);
    isHanded = false;
    return verdict;
  }

  private int process(int linkIndex, long nowMillis) {
    if (!packet.isV4() && ArpResponder.concerns(packet)) {
      return arp.receive(packet, snapshot, nowMillis);
    }
    if (linkIndex == outbound.routes().hostLink()) {
      return receiveFromHost(nowMillis);
    }
    if (!packet.isIp() || !isForThisHost()) {
      return Verdict.PASSED;
    }
    boolean isLocal =
        snapshot.routes().isLocal(packet.isV6(), packet.destinationHigh(), packet.destinationLow());
    if (snapshot.services().isEmpty() || (isLocal && settings.isPassive())) {
      return host.passed(packet, isLocal, snapshot, nowMillis);
    }
    if (isLocal && packet.isV4()) {
      RecordRoute.enter(packet);
    }
    return packet.hasPorts() && !packet.isFragment()
        ? balance(isLocal, nowMillis)
        : processOther(isLocal, nowMillis);
  }

  /** What has no ports, or not yet. */
  private int processOther(boolean isLocal, long nowMillis) {
    if (packet.isIpsec()) {
      return isLocal
          ? requests.receive(packet, snapshot, nowMillis)
          : replies.receive(packet, snapshot, nowMillis);
    }
    if (packet.isFragment()) {
      int reason = reassembly.add(packet, nowMillis);
      if (reason != 0) {
        return reason;
      }
    }
    if (packet.hasPorts() && !packet.isFragment()) {
      return isAnothers(isLocal) ? Verdict.PENDING : balance(isLocal, nowMillis);
    }
    packet.mark(snapshot.marks().classify(packet, markHits));
    if (packet.isIcmp() && !packet.isFragment()) {
      return processIcmp(isLocal, nowMillis);
    }
    if (packet.isFragment()) {
      return isLocal ? DropReason.FRAGMENT.code() : Verdict.PASSED;
    }
    return host.passed(packet, isLocal, snapshot, nowMillis);
  }

  /** What has ports: TCP, UDP, SCTP. */
  private int balance(boolean isLocal, long nowMillis) {
    if (!snapshot.marks().isEmpty()) {
      packet.mark(snapshot.marks().classify(packet, markHits));
    }
    int verdict =
        isLocal && snapshot.isToLocalAddress(packet)
            ? replies.receiveAtLocalEnd(packet, snapshot, nowMillis)
            : Replies.NO_REPLY;
    if (verdict != Replies.NO_REPLY) {
      return verdict;
    }
    return isLocal || isMarked()
        ? requests.receive(packet, snapshot, nowMillis)
        : replies.receive(packet, snapshot, nowMillis);
  }

  private int processIcmp(boolean isLocal, long nowMillis) {
    int verdict = RelatedIcmp.UNRELATED;
    if (!isLocal || snapshot.isToLocalAddress(packet)) {
      verdict = related.reply(packet, nowMillis);
    }
    if (isLocal && verdict == RelatedIcmp.UNRELATED) {
      verdict = related.request(packet, snapshot, nowMillis);
    }
    if (verdict != RelatedIcmp.UNRELATED) {
      return verdict;
    }
    return !isHanded && handOver.hasOthers() && related.pass(packet, isLocal, snapshot, handOver)
        ? Verdict.PENDING
        : host.passed(packet, isLocal, snapshot, nowMillis);
  }

  /** Whether a datagram that was put together was for another worker, who has it now. */
  private boolean isAnothers(boolean isLocal) {
    if (isHanded || !handOver.hasOthers()) {
      return false;
    }
    if (isLocal && snapshot.isFromFullNatServer(packet)) {
      return handOver.pass(packet, packet.destinationPort() % snapshot.workers());
    }
    return isLocal
        ? handOver.pass(
            packet,
            packet.protocol(),
            packet.sourceHigh(),
            packet.sourceLow(),
            packet.sourcePort(),
            packet.destinationHigh(),
            packet.destinationLow(),
            packet.destinationPort())
        : handOver.pass(
            packet,
            packet.protocol(),
            packet.destinationHigh(),
            packet.destinationLow(),
            packet.destinationPort(),
            packet.sourceHigh(),
            packet.sourceLow(),
            packet.sourcePort());
  }

  /**
   * Whether a mark service wants a packet to a foreign address, which policy routing brings to IPVS
   * in the kernel, and which is no reply.
   */
  private boolean isMarked() {
    return packet.mark() != 0
        && snapshot.services().hasMark(packet.isV6(), packet.mark())
        && !replies.isReply(packet);
  }

  /** What a local server says; the host's stack has passed the packet on to us alone. */
  private int receiveFromHost(long nowMillis) {
    if (!packet.isIp()) {
      return Verdict.PASSED;
    }
    if (packet.isFragment()) {
      int reason = reassembly.add(packet, nowMillis);
      if (reason != 0) {
        return reason;
      }
      if (packet.hasPorts() && isAnothers(false)) {
        return Verdict.PENDING;
      }
    }
    return replies.receiveFromHost(packet, nowMillis);
  }

  /**
   * Sent to this host's own hardware address, not to a group, not to somebody else; and not out of
   * a tunnel, if those are ignored.
   */
  private boolean isForThisHost() {
    Link link = snapshot.routes().link(packet.linkIndex());
    return link != null
        && packet.ethernet().destination() == link.mac()
        && !(link.isTunnel() && settings.ignoresTunneled);
  }

  /** Frees its memory. */
  @Override
  public void close() {
    reassembly.close();
    notes.close();
  }
}
