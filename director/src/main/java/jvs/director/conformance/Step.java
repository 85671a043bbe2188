package jvs.director.conformance;

import java.util.List;
import java.util.Map;
import jvs.service.MarkRule;
import org.jspecify.annotations.Nullable;

/** One step of a recorded case: what was done, and what the kernel made of it. Immutable. */
sealed interface Step {
  /** Its {@code op}. */
  String op();

  /**
   * A frame that left.
   *
   * @param side where
   * @param frame the frame
   */
  record Emitted(Side side, Frame frame) {}

  /**
   * A command.
   *
   * @param program {@code ipvsadm}, {@code ipvsadm-save} or {@code ipvsadm-restore}
   * @param arguments without the program's name
   * @param stdin what it reads
   * @param stdout expected output
   * @param stderr expected errors
   * @param status expected exit status
   */
  record Command(
      String program,
      List<String> arguments,
      String stdin,
      String stdout,
      String stderr,
      int status)
      implements Step {
    @Override
    public String op() {
      return "ipvsadm";
    }

    /** As it was typed. */
    String line() {
      return arguments.isEmpty() ? program : program + " " + String.join(" ", arguments);
    }
  }

  /**
   * A frame comes in.
   *
   * @param side where
   * @param frame the frame
   * @param note what it is, for people
   * @param atMillis time since the case began
   * @param emitted every frame that the kernel sent because of it, in order for each side
   */
  record Send(Side side, Frame frame, String note, long atMillis, List<Emitted> emitted)
      implements Step {
    @Override
    public String op() {
      return "send";
    }
  }

  /**
   * The table of connections.
   *
   * @param rows its content
   * @param atMillis time since the case began
   */
  record Connections(List<ConnectionRow> rows, long atMillis) implements Step {
    @Override
    public String op() {
      return "conns";
    }
  }

  /**
   * The real servers, newest first in each service.
   *
   * @param rows all of them
   */
  record Servers(List<ServerRow> rows) implements Step {
    @Override
    public String op() {
      return "dests";
    }
  }

  /**
   * Time passes.
   *
   * @param millis how much
   * @param emitted frames that the kernel sent meanwhile
   */
  record Sleep(long millis, List<Emitted> emitted) implements Step {
    @Override
    public String op() {
      return "sleep";
    }
  }

  /**
   * A setting is set.
   *
   * @param name its full name
   * @param value its value
   */
  record Sysctl(String name, String value) implements Step {
    @Override
    public String op() {
      return "sysctl";
    }
  }

  /**
   * All settings are read.
   *
   * @param values by full name
   */
  record Sysctls(Map<String, String> values) implements Step {
    @Override
    public String op() {
      return "sysctls";
    }
  }

  /**
   * A rule gives marks to packets that come in at the client side.
   *
   * @param rule the rule
   */
  record Mark(MarkRule rule) implements Step {
    @Override
    public String op() {
      return "mark";
    }
  }

  /**
   * A file under /proc is read.
   *
   * @param path its path
   * @param text its content
   */
  record Proc(String path, String text) implements Step {
    @Override
    public String op() {
      return "proc";
    }
  }

  /**
   * One frame comes in many times; what the kernel sent is not recorded.
   *
   * @param side where
   * @param frame the frame
   * @param times how often
   */
  record Repeat(Side side, Frame frame, int times) implements Step {
    @Override
    public String op() {
      return "repeat";
    }
  }

  /**
   * A comment.
   *
   * @param atMillis time since the case began
   */
  record Note(long atMillis) implements Step {
    @Override
    public String op() {
      return "note";
    }
  }

  /**
   * A client's flow opens, is established, is finished or is reset.
   *
   * @param op {@code new}, {@code est}, {@code fin} or {@code rst}
   * @param protocol IP protocol number
   * @param client client's endpoint
   * @param virtual virtual endpoint
   * @param server the server chosen, null if there was none
   * @param counts weight, active and inactive connections of every server afterwards, if recorded
   */
  record Flow(
      String op,
      int protocol,
      Endpoint client,
      Endpoint virtual,
      @Nullable Endpoint server,
      @Nullable Map<Endpoint, List<Integer>> counts)
      implements Step {}

  /**
   * A step of a kind that is not known here.
   *
   * @param op what it calls itself
   */
  record Unknown(String op) implements Step {}
}
