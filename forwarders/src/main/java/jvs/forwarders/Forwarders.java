package jvs.forwarders;

import java.util.List;
import jvs.spi.Forwarder;

/** The forwarding methods there are. */
public final class Forwarders {
  private Forwarders() {}

  /** All of them, for one director: tunnels number their packets. */
  public static List<Forwarder> all() {
    return List.of(
        new Masquerading(), new Gatewaying(), new Tunnelling(), new Bypassing(), new FullNat());
  }
}
