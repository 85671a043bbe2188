package jvs.director.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import jvs.linux.LinuxException;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** What we tell the kernel about sets is what nft reads there. */
class SetElementsTest {
  private static final Pattern ELEMENTS = Pattern.compile("elements = \\{([^}]*)}");

  private static Endpoint end(String address, int protocol, int port) {
    return new Endpoint(IpAddress.parse(address), protocol, port);
  }

  private static void change(GuardedRouter routed, Consumer<SetElements> change) {
    routed.network.in(
        "router",
        () -> {
          SetElements elements = new SetElements("jvs");
          change.accept(elements);
          elements.commit();
          return true;
        });
  }

  private static Set<String> listed(GuardedRouter routed, String set) {
    String listing =
        routed.network.exec("router", "nft", "-n", "list", "set", "netdev", "jvs", set);
    Set<String> elements = new TreeSet<>();
    ELEMENTS
        .matcher(listing)
        .results()
        .flatMap(found -> Pattern.compile(",\\s*").splitAsStream(found.group(1).strip()))
        .forEach(elements::add);
    return elements;
  }

  @Test
  void addsAndDeletesElementsOfEveryKindOfSet() {
    try (GuardedRouter routed = new GuardedRouter()) {
      NftGuard guard = routed.guard();

      change(
          routed,
          elements -> {
            elements.add("services4", List.of(end("10.0.0.1", 6, 80), end("10.0.0.2", 17, 53)));
            elements.add("services4_any_port", List.of(end("10.0.0.3", 132, 0)));
            elements.add("servers6", List.of(end("fd00::1", 6, 65535)));
            elements.add("servers6_any_port", List.of(end("fd00::2", 17, 0)));
            elements.add("vips4", List.of(end("10.0.0.4", 0, 0)));
            elements.add("vips6", List.of(end("fd00::3", 0, 0)));
          });
      assertEquals(Set.of("10.0.0.1 . 6 . 80", "10.0.0.2 . 17 . 53"), listed(routed, "services4"));
      assertEquals(Set.of("10.0.0.3 . 132"), listed(routed, "services4_any_port"));
      assertEquals(Set.of("fd00::1 . 6 . 65535"), listed(routed, "servers6"));
      assertEquals(Set.of("fd00::2 . 17"), listed(routed, "servers6_any_port"));
      assertEquals(Set.of("10.0.0.4"), listed(routed, "vips4"));
      assertEquals(Set.of("fd00::3"), listed(routed, "vips6"));

      change(
          routed,
          elements -> {
            elements.delete("services4", List.of(end("10.0.0.1", 6, 80)));
            elements.delete("vips6", List.of(end("fd00::3", 0, 0)));
          });
      assertEquals(Set.of("10.0.0.2 . 17 . 53"), listed(routed, "services4"));
      assertEquals(Set.of(), listed(routed, "vips6"));
      routed.close(guard);
    }
  }

  @Test
  void changesNothingIfOneElementIsNotThere() {
    try (GuardedRouter routed = new GuardedRouter()) {
      NftGuard guard = routed.guard();

      AssertionError refused =
          assertThrows(
              AssertionError.class,
              () ->
                  change(
                      routed,
                      elements -> {
                        elements.add("services4", List.of(end("10.0.0.1", 6, 80)));
                        elements.delete("vips4", List.of(end("10.0.0.9", 0, 0)));
                      }));

      assertTrue(refused.getCause() instanceof LinuxException, refused.toString());
      assertEquals(Set.of(), listed(routed, "services4"));
      routed.close(guard);
    }
  }

  @Test
  void takesAsManyAsItSays() {
    try (GuardedRouter routed = new GuardedRouter()) {
      NftGuard guard = routed.guard();
      List<Endpoint> many =
          IntStream.range(0, SetElements.MOST).mapToObj(i -> end("fd00::" + i, 6, 1 + i)).toList();

      change(routed, elements -> elements.add("services6", many));

      assertEquals(SetElements.MOST, listed(routed, "services6").size());
      routed.close(guard);
    }
  }
}
