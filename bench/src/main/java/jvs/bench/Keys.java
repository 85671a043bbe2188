package jvs.bench;

/** Which flows a benchmark of the connection table is about: whose clients. */
public enum Keys {
  /** As if drawn by lot. */
  DRAWN("keys drawn by lot") {
    @Override
    int address(int flow) {
      int mixed = (flow ^ flow >>> 16) * 0x85eb_ca6b;
      mixed = (mixed ^ mixed >>> 13) * 0xc2b2_ae35;
      return mixed ^ mixed >>> 16;
    }

    @Override
    int port(int flow) {
      return flow * 0x9e37_79b1 >>> 16;
    }
  },
  /** One client after the other, each with all its ports. */
  ALL_PORTS("all ports of a client after another") {
    @Override
    int address(int flow) {
      return flow >>> 16;
    }

    @Override
    int port(int flow) {
      return flow & 0xffff;
    }
  },
  /** Addresses and ports of equal sum. */
  EQUAL_SUM("keys of equal sum") {
    @Override
    int address(int flow) {
      return flow;
    }

    @Override
    int port(int flow) {
      return -flow & 0xffff;
    }
  };

  /** For people. */
  final String title;

  Keys(String title) {
    this.title = title;
  }

  /** Whether somebody may have chosen them, who hopes that they collide. */
  boolean areChosen() {
    return this != DRAWN;
  }

  abstract int address(int flow);

  abstract int port(int flow);
}
