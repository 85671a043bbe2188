package jvs.director.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import jvs.port.xdp.RedirectRules;
import jvs.port.xdp.TcxGuard;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TcxGuardTest {
  private static final int TCP = 6;
  private static final RedirectRules RULES =
      new RedirectRules(
          Set.of(endpoint("10.1.0.1", 8080), endpoint("fd01::1", 8080)),
          Set.of(endpoint("10.2.0.2", 8080), endpoint("fd02::2", 8080)),
          Set.of(IpAddress.parse("10.2.0.1"), IpAddress.parse("fd02::1")),
          Set.of(),
          Set.of());

  private static Endpoint endpoint(String address, int port) {
    return new Endpoint(IpAddress.parse(address), TCP, port);
  }

  @Test
  void hidesWhatIsTheDirectorsAloneAndNothingElse() {
    try (GuardedRouter routed = new GuardedRouter()) {
      assertEquals("refused", routed.connect("client", "10.1.0.1", 8080));
      TcxGuard guard = routed.network.in("router", () -> new TcxGuard(List.of("front", "back")));
      assertEquals("refused", routed.connect("client", "10.1.0.1", 8080));

      guard.follow(RULES);

      assertEquals("silence", routed.connect("client", "10.1.0.1", 8080));
      assertEquals("silence", routed.connect("client", "fd01::1", 8080));
      assertEquals("refused", routed.connect("client", "10.1.0.1", 8081), "by the router");
      assertEquals("silence", routed.connect("client", "10.2.0.2", 8080));
      assertEquals("silence", routed.connect("client", "fd02::2", 8080));
      assertEquals("connected", routed.connect("client", "10.2.0.2", 8081));
      assertEquals("connected", routed.connect("router", "10.2.0.2", 8080), "health checks");
      assertEquals("connected", routed.connect("router", "fd02::2", 8080), "health checks");

      guard.follow(RedirectRules.NOTHING);
      assertEquals("refused", routed.connect("client", "10.1.0.1", 8080));

      guard.follow(RULES);
      guard.close();
      assertEquals("connected", routed.connect("client", "10.2.0.2", 8080));
    }
  }
}
