package jvs.engine;

import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.ConnectionTable;
import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Settings;
import jvs.table.VirtualService;
import jvs.wire.DropReason;
import jvs.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * Brings the connections of one client to one server (ip_vs_sched_persist).
 *
 * <p>One a worker, over the {@link Templates} of all.
 */
final class Persistence {
  /** The only engine there is. */
  static final String SIP = "sip";

  private static final int FTP = 21;
  private static final int ANY_PROTOCOL = 0;
  private static final long LOW_32 = 0xffff_ffffL;

  private final Templates templates;
  private final RealServers servers;
  private final Settings settings;
  private final Connection template;
  private final FlowKey key = new FlowKey();
  private final CallId callId = new CallId();
  private int slot = ConnectionTable.NONE;
  private DropReason reason = DropReason.NO_SERVER;

  Persistence(Templates templates, RealServers servers, Settings settings) {
    this.templates = templates;
    this.servers = servers;
    this.settings = settings;
    template = new Connection(templates.table());
  }

  /** The template that the last {@link #bind} counted the connection at. */
  int slot() {
    return slot;
  }

  /** Why the last {@link #bind} returned null. */
  DropReason reason() {
    return reason;
  }

  /** Fires what is due, and tells {@code sync} of templates that get more time. */
  int expire(long nowMillis, @Nullable ConnectionSync sync) {
    return templates.expire(nowMillis, sync);
  }

  /** A connection of the template has gone; see {@link Templates#release}. */
  void release(int templateSlot, boolean isForced) {
    templates.release(templateSlot, isForced);
  }

  /** Ends templates whose server was deleted. */
  void endUnavailable() {
    templates.endUnavailable();
  }

  /** Drops some templates that nobody answered; see {@link Templates#dropUnanswered}. */
  void dropUnanswered(int share) {
    templates.dropUnanswered(share);
  }

  /** A connection of the template got an answer (ip_vs_control_assure_ct). */
  void assure(int templateSlot) {
    template.at(templateSlot).state(Templates.ASSURED);
  }

  /**
   * Chooses the server of the connection that {@code flow} opens, and counts the connection there
   * and at its template.
   *
   * @return null with a {@link #reason} if no server can take it
   */
  @Nullable RealServer bind(Packet packet, FlowKey flow, VirtualService service, long nowMillis) {
    boolean isSip = service.spec().engine().equals(SIP);
    if (isSip && !callId.read(packet)) {
      reason = DropReason.NO_CALL_ID;
      return null;
    }
    setKey(flow, service);
    templates.enter();
    try {
      slot = isSip ? templates.dialogues().find(key, callId) : templates.table().findRequest(key);
      RealServer server = known(nowMillis);
      return server != null ? server : choose(flow, service, isSip, nowMillis);
    } finally {
      templates.leave();
    }
  }

  private void setKey(FlowKey flow, VirtualService service) {
    ServiceKey serviceKey = service.key();
    int netmask = service.spec().netmask();
    boolean isV6 = flow.isV6();
    long high = isV6 ? flow.clientHigh() & mask(netmask) : 0;
    long low = flow.clientLow() & (isV6 ? mask(netmask - Long.SIZE) : netmask & LOW_32);
    if (serviceKey.isMark()) {
      long mark = serviceKey.mark();
      key.set(isV6, ANY_PROTOCOL, high, low, 0, isV6 ? mark << 32 : 0, isV6 ? 0 : mark, 0);
      return;
    }
    boolean isOnePort = flow.virtualPort() == serviceKey.port() && serviceKey.port() != FTP;
    key.set(
        isV6,
        flow.protocol(),
        high,
        low,
        0,
        flow.virtualHigh(),
        flow.virtualLow(),
        isOnePort ? flow.virtualPort() : 0);
  }

  /** The first {@code bits} of 64, none if negative. */
  private static long mask(int bits) {
    return bits <= 0 ? 0 : -1L << Math.max(0, Long.SIZE - bits);
  }

  /** The server of the client's template, whatever its weight and load; null if there is none. */
  private @Nullable RealServer known(long nowMillis) {
    if (slot == ConnectionTable.NONE) {
      return null;
    }
    RealServer server = servers.byId(template.at(slot).serverId());
    if (server == null
        || !server.isAvailable()
        || (settings.expiresQuiescentTemplate && server.weight() == 0)) {
      templates.hide(slot);
      return null;
    }
    server.bindConnection(false);
    template.controlled(template.controlled() + 1);
    template.touch(nowMillis);
    return server;
  }

  private @Nullable RealServer choose(
      FlowKey flow, VirtualService service, boolean isSip, long nowMillis) {
    long failures = service.schedulerFailures();
    RealServer server = service.chooseAndBind(flow);
    if (server == null) {
      boolean hasThrown = service.schedulerFailures() != failures;
      reason = hasThrown ? DropReason.SCHEDULER_FAILED : DropReason.NO_SERVER;
      return null;
    }
    if (templates.table().isFull()) {
      templates.makeRoom();
    }
    slot = templates.table().allocate();
    if (slot == ConnectionTable.NONE) {
      server.unbindConnection(false);
      reason = DropReason.CONNECTION_TABLE_FULL;
      return null;
    }
    ServiceSpec spec = service.spec();
    int port = key.virtualPort() != 0 ? server.key().port() : 0;
    template
        .at(slot)
        .initialise(
            key,
            ConnectionFactory.initialFlags(server.spec().method()) | ConnectionFlags.TEMPLATE,
            !server.key().address().isV4(),
            server.key().address().high(),
            server.key().address().low(),
            port,
            server.id(),
            nowMillis);
    template.mark(service.key().mark());
    template.timeoutMillis(spec.timeoutSeconds() * 1000L);
    template.controlled(1);
    server.bindTemplate();
    if (isSip) {
      templates.dialogues().add(slot, callId);
      templates.table().publishUnhashed(slot);
    } else {
      templates.table().publish(slot);
    }
    templates.wheel().arm(slot, nowMillis);
    return server;
  }
}
