package jvs.director.ipvsadm;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import jvs.service.IpvsControl;

/** Runs a command line and keeps what it says. */
final class Terminal {
  private final IpvsControl control;
  private final Names names;

  /** What came of a command line. */
  record Outcome(int status, String stdout, String stderr) {}

  Terminal(IpvsControl control, Names names) {
    this.control = control;
    this.names = names;
  }

  Outcome run(String stdin, String... argv) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = ipvsadm(stdin, out, err).run(argv);
    return outcome(status, out, err);
  }

  Outcome save(String... argv) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = ipvsadm("", out, err).save(argv);
    return outcome(status, out, err);
  }

  Outcome restore(String stdin) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = ipvsadm(stdin, out, err).restore();
    return outcome(status, out, err);
  }

  private Ipvsadm ipvsadm(String stdin, ByteArrayOutputStream out, ByteArrayOutputStream err) {
    InputStream in = new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8));
    return new Ipvsadm(control, names, in, stream(out), stream(err));
  }

  private static Outcome outcome(int status, ByteArrayOutputStream out, ByteArrayOutputStream err) {
    return new Outcome(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, false, StandardCharsets.UTF_8);
  }
}
