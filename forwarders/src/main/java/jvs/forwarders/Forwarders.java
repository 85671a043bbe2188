package jvs.forwarders;

import java.util.List;
import jvs.spi.Forwarder;

/** The forwarding methods there are. */
public final class Forwarders {
  private static final List<Forwarder> ALL =
      List.of(
          new Masquerading(), new Gatewaying(), new Tunnelling(), new Bypassing(), new FullNat());

  private Forwarders() {}

  /** All of them; stateless, so one instance serves everybody. */
  public static List<Forwarder> all() {
    return ALL;
  }
}
