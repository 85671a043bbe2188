package jvs.service;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import jvs.wire.Endpoint;

/**
 * A real server of one virtual service (struct ip_vs_dest).
 *
 * <p>The control plane changes its settings, workers count its connections; every reader sees exact
 * totals because the counters are changed atomically. Overload follows ip_vs_bind_dest and
 * ip_vs_unbind_dest of kernels up to 6.12 (the reference's classic profile).
 */
public final class RealServer {
  private static final VarHandle ACTIVE = counter("activeConnections");
  private static final VarHandle INACTIVE = counter("inactiveConnections");
  private static final VarHandle PERSISTENT = counter("persistentConnections");
  private static final VarHandle REFERENCES = counter("references");

  private final ServiceKey service;
  private final ServerKey key;
  private final int id;
  private volatile ServerSpec spec;
  private volatile int serviceId;
  private volatile int weight;
  private volatile int lastWeight;
  private volatile boolean isOverloaded;
  private volatile boolean isAvailable = true;

  @SuppressWarnings("unused") // through its VarHandle
  private volatile int activeConnections;

  @SuppressWarnings("unused") // through its VarHandle
  private volatile int inactiveConnections;

  @SuppressWarnings("unused") // through its VarHandle
  private volatile int persistentConnections;

  @SuppressWarnings("unused") // through its VarHandle
  private volatile int references;

  /**
   * A server that is in its service.
   *
   * @param id small number that connections keep instead of a reference
   */
  public RealServer(ServiceKey service, ServerKey key, ServerSpec spec, int id) {
    this.service = service;
    this.key = key;
    this.id = id;
    this.spec = spec;
    this.weight = spec.weight();
    this.lastWeight = spec.weight();
  }

  private static VarHandle counter(String field) {
    try {
      return MethodHandles.lookup().findVarHandle(RealServer.class, field, int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Identity of the service that it serves or served. */
  public ServiceKey service() {
    return service;
  }

  /** Its own identity. */
  public ServerKey key() {
    return key;
  }

  /** Where its replies come from. */
  public Endpoint endpoint() {
    return new Endpoint(key.address(), service.protocol(), key.port());
  }

  /** Index in jvs.table.ServiceTable's registry; stable while anything refers to the server. */
  public int id() {
    return id;
  }

  /** Index of its service's counters. */
  public int serviceId() {
    return serviceId;
  }

  /** It belongs to the service with these counters from here on. */
  public void serviceId(int value) {
    serviceId = value;
  }

  /** Present settings. */
  public ServerSpec spec() {
    return spec;
  }

  /** Present weight; 0 is quiesced. */
  public int weight() {
    return weight;
  }

  /** The last weight that was not 0, or 0 if there was none (Maglev only). */
  public int lastWeight() {
    return lastWeight;
  }

  /** Whether thresholds keep new connections away. */
  public boolean isOverloaded() {
    return isOverloaded;
  }

  /** False once the server was deleted from its service. */
  public boolean isAvailable() {
    return isAvailable;
  }

  /** Whether a scheduler may choose it: weight above 0 and not overloaded. */
  public boolean isUsable() {
    return weight > 0 && !isOverloaded;
  }

  /** Connections in an active state. */
  public int activeConnections() {
    return (int) ACTIVE.getOpaque(this);
  }

  /** Connections in an inactive state. */
  public int inactiveConnections() {
    return (int) INACTIVE.getOpaque(this);
  }

  /** Persistence templates. */
  public int persistentConnections() {
    return (int) PERSISTENT.getOpaque(this);
  }

  /** The load that lc, wlc, lblc and lblcr compare: 256 for an active connection, 1 for others. */
  public int overhead() {
    return (activeConnections() << 8) + inactiveConnections();
  }

  /** Connections and templates that refer to the server. */
  public int references() {
    return (int) REFERENCES.getOpaque(this);
  }

  /** A new connection, inactive or (synchronised ones) active. */
  public void bindConnection(boolean isActive) {
    REFERENCES.getAndAdd(this, 1);
    (isActive ? ACTIVE : INACTIVE).getAndAdd(this, 1);
    checkUpperThreshold();
  }

  /** A connection has gone; {@code wasActive} as it was last counted. */
  public void unbindConnection(boolean wasActive) {
    (wasActive ? ACTIVE : INACTIVE).getAndAdd(this, -1);
    REFERENCES.getAndAdd(this, -1);
    checkLowerThreshold();
  }

  private void checkUpperThreshold() {
    long upper = spec.upperThreshold();
    if (upper != 0 && totalConnections() >= upper) {
      isOverloaded = true;
    }
  }

  private void checkLowerThreshold() {
    if (!isOverloaded) {
      return;
    }
    ServerSpec now = spec;
    long total = totalConnections();
    if (now.lowerThreshold() != 0) {
      isOverloaded = total >= now.lowerThreshold();
    } else if (now.upperThreshold() != 0) {
      isOverloaded = total * 4 >= now.upperThreshold() * 3;
    } else {
      isOverloaded = false;
    }
  }

  /** A connection became active. */
  public void activate() {
    ACTIVE.getAndAdd(this, 1);
    INACTIVE.getAndAdd(this, -1);
  }

  /** A connection became inactive. */
  public void deactivate() {
    ACTIVE.getAndAdd(this, -1);
    INACTIVE.getAndAdd(this, 1);
  }

  /** A persistence template came. */
  public void bindTemplate() {
    REFERENCES.getAndAdd(this, 1);
    PERSISTENT.getAndAdd(this, 1);
    checkUpperThreshold();
  }

  /** A persistence template has gone. */
  public void unbindTemplate() {
    PERSISTENT.getAndAdd(this, -1);
    REFERENCES.getAndAdd(this, -1);
    checkLowerThreshold();
  }

  /** Active and inactive connections. */
  public long totalConnections() {
    return (long) activeConnections() + inactiveConnections();
  }

  /**
   * Takes new settings (__ip_vs_update_dest); control plane, under the service's gate.
   *
   * @param isAdded whether the server comes (back) into its service
   */
  public void update(ServerSpec now, boolean isAdded) {
    long before = spec.upperThreshold();
    spec = now;
    weight = now.weight();
    if (isAdded || now.weight() != 0) {
      lastWeight = now.weight();
    }
    if (now.upperThreshold() == 0 || now.upperThreshold() > before) {
      isOverloaded = false;
    }
    isAvailable = true;
  }

  /** Leaves its service; connections may still refer to it. */
  public void markDeleted() {
    isAvailable = false;
  }

  @Override
  public String toString() {
    return key + " of " + service;
  }
}
