package jvs.director.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jvs.director.conformance.Divergence.Difference;
import jvs.director.conformance.Step.Emitted;
import org.jspecify.annotations.Nullable;

/** Compares the frames that left in one step, field by field. One thread. */
final class FrameComparison {
  private static final int SHORT = 24;
  private static final String ABSENT = "none";

  private final String subject;
  private final Findings findings;
  private final @Nullable FrameFields received;
  private final Side in;
  private final Map<String, String> ourIds = new HashMap<>();
  private final Map<String, String> kernelIds = new HashMap<>();

  /** Compares what a frame brought about. */
  FrameComparison(Step.Send step, Findings findings) {
    this(
        step.note().isEmpty() ? "" : "'" + step.note() + "' ", findings, step.frame(), step.side());
  }

  /** Compares what time brought about. */
  FrameComparison(Findings findings) {
    this("", findings, null, Side.CLIENT);
  }

  private FrameComparison(String subject, Findings findings, @Nullable Frame received, Side in) {
    this.subject = subject;
    this.findings = findings;
    this.received = received == null ? null : received.fields();
    this.in = in;
  }

  /** Frames of each side are compared in order. */
  void compare(List<Emitted> kernel, List<Emitted> ours) {
    for (Side side : Side.values()) {
      compare(side, framesOf(kernel, side), framesOf(ours, side));
    }
  }

  private static List<Frame> framesOf(List<Emitted> emitted, Side side) {
    return emitted.stream().filter(one -> one.side() == side).map(Emitted::frame).toList();
  }

  private void compare(Side side, List<Frame> kernel, List<Frame> ours) {
    for (int i = 0; i < Math.max(kernel.size(), ours.size()); i++) {
      String what =
          subject + "frame" + (kernel.size() > 1 ? " " + (i + 1) : "") + " to " + side.label();
      if (i >= ours.size()) {
        findings.add(what, "sent " + kernel.get(i), "nothing");
      } else if (i >= kernel.size()) {
        findings.add(what, "sent nothing", "sent " + ours.get(i));
      } else {
        findings.add(what, differences(side, kernel.get(i), ours.get(i)));
      }
    }
  }

  private List<Difference> differences(Side side, Frame kernelFrame, Frame ourFrame) {
    FrameFields kernel = kernelFrame.fields();
    FrameFields ours = ourFrame.fields();
    Set<String> free = FreeBytes.of(received, in, side, kernel);
    List<Difference> differences = new ArrayList<>();
    if (free.contains("IP id")) {
      sameDatagram(kernel.get("IP id"), ours.get("IP id"), differences);
    }
    if (kernelFrame.equals(ourFrame)) {
      return differences;
    }
    if (!kind(kernel).equals(kind(ours))) {
      return List.of(new Difference("", "sent " + kernelFrame, "sent " + ourFrame));
    }
    Set<String> names = new LinkedHashSet<>(kernel.values().keySet());
    names.addAll(ours.values().keySet());
    for (String name : names) {
      String kernelValue = kernel.values().getOrDefault(name, ABSENT);
      String ourValue = ours.values().getOrDefault(name, ABSENT);
      boolean isEqual =
          free.contains(name)
              ? FreeBytes.isAllowed(name, kernelValue, ours, ourFrame)
              : kernelValue.equals(ourValue);
      if (!isEqual) {
        differences.add(difference(name, kernelValue, ourValue));
      }
    }
    return differences;
  }

  /** Frames of different kinds have no fields in common worth comparing. */
  private static String kind(FrameFields fields) {
    return fields.get("Ethernet type") + fields.get("IP protocol") + fields.get("IP6 next header");
  }

  /** Ids are free, but fragments belong together as the kernel's do. */
  private void sameDatagram(String kernelId, String ourId, List<Difference> differences) {
    String expected = ourIds.putIfAbsent(kernelId, ourId);
    String theirs = kernelIds.putIfAbsent(ourId, kernelId);
    if (expected != null && !expected.equals(ourId)) {
      differences.add(new Difference("IP id", "as in the fragment before", "another: " + ourId));
    } else if (theirs != null && !theirs.equals(kernelId)) {
      differences.add(
          new Difference("IP id", "as in no frame before", "as in a frame before: " + ourId));
    }
  }

  /** Long values are shown from where they part. */
  private static Difference difference(String name, String kernel, String ours) {
    if (kernel.length() <= SHORT && ours.length() <= SHORT) {
      return new Difference(name, kernel, ours);
    }
    int from = 0;
    int shorter = Math.min(kernel.length(), ours.length());
    while (from < shorter && kernel.charAt(from) == ours.charAt(from)) {
      from++;
    }
    from = from / 2 * 2;
    return new Difference(
        name + " from byte " + from / 2, excerpt(kernel, from), excerpt(ours, from));
  }

  private static String excerpt(String hex, int from) {
    if (hex.equals(ABSENT)) {
      return hex;
    }
    int to = Math.min(hex.length(), from + SHORT);
    return hex.substring(Math.min(from, to), to)
        + (to < hex.length() ? "..." : "")
        + " ("
        + hex.length() / 2
        + " bytes in all)";
  }
}
