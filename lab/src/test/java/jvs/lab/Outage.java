package jvs.lab;

/** A server whose web server refuses connections, as if its program had ended. */
final class Outage {
  private Outage() {}

  static void begin(Host server) {
    server.run(
        "nft",
        "add table inet fail; add chain inet fail in { type filter hook input priority 0; };"
            + " add rule inet fail in tcp dport 80 reject with tcp reset");
  }

  static void end(Host server) {
    server.run("nft", "delete table inet fail");
  }
}
