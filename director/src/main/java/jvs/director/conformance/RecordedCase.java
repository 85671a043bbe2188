package jvs.director.conformance;

import java.util.List;

/**
 * One scenario of a recording: steps that start from empty tables and default settings. Immutable.
 *
 * @param file the recording, as the user named it
 * @param line where it is in there, from 1
 * @param group kind of scenario
 * @param name its name
 * @param environment what the test bed was like
 * @param repliesPass whether servers' replies come back through the director: NAT
 * @param steps what was done and what the kernel made of it
 */
record RecordedCase(
    String file,
    int line,
    String group,
    String name,
    Environment environment,
    boolean repliesPass,
    List<Step> steps) {
  RecordedCase {
    steps = List.copyOf(steps);
  }

  /**
   * What may differ from case to case in the test bed.
   *
   * @param clientMtu MTU of eth0
   * @param serverMtu MTU of eth1
   */
  record Environment(int clientMtu, int serverMtu) {
    /** Ethernet's MTU on both sides. */
    static final Environment DEFAULT = new Environment(1500, 1500);
  }
}
