package jvs.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import jvs.linux.Mapping;
import jvs.wire.DropReason;
import jvs.wire.Memory;

/**
 * One worker's endings: every received frame is counted under exactly one verdict.
 *
 * <p>The worker writes, any thread reads.
 */
public final class FrameCounters implements AutoCloseable {
  private static final int RECEIVED = 0;
  private static final int FORWARDED = 1;
  private static final int PASSED = 2;
  private static final int CONSUMED = 3;
  private static final int FIRST_REASON = 3;
  private static final int UNINTRODUCED = FIRST_REASON + DropReason.values().length + 1;
  private static final int RETURNED = UNINTRODUCED + 1;
  private static final int COUNT = RETURNED + 1;

  private final Mapping mapping = new Mapping(COUNT * 8L);

  /** Frames came in. */
  void received(int frames) {
    add(RECEIVED, frames);
  }

  /** As many frames were sent on. */
  void forwarded(int frames) {
    add(FORWARDED, frames);
  }

  /** A frame ended; {@link Verdict#PENDING} is no ending. */
  void ended(int verdict) {
    if (verdict == Verdict.PENDING) {
      return;
    }
    add(
        switch (verdict) {
          case Verdict.FORWARDED -> FORWARDED;
          case Verdict.PASSED -> PASSED;
          case Verdict.CONSUMED -> CONSUMED;
          case Verdict.UNINTRODUCED -> UNINTRODUCED;
          case Verdict.RETURNED -> RETURNED;
          default -> FIRST_REASON + verdict;
        },
        1);
  }

  private void add(int index, int frames) {
    Memory.addLongOpaque(mapping.address() + index * 8L, frames);
  }

  private long get(int index) {
    return Memory.getLongOpaque(mapping.address() + index * 8L);
  }

  /** Frames received. */
  public long receivedFrames() {
    return get(RECEIVED);
  }

  /** Frames that ended under {@code verdict}. */
  public long endedFrames(int verdict) {
    return get(
        switch (verdict) {
          case Verdict.FORWARDED -> FORWARDED;
          case Verdict.PASSED -> PASSED;
          case Verdict.CONSUMED -> CONSUMED;
          case Verdict.UNINTRODUCED -> UNINTRODUCED;
          case Verdict.RETURNED -> RETURNED;
          default -> FIRST_REASON + verdict;
        });
  }

  /** Frames dropped for {@code reason}. */
  public long droppedFrames(DropReason reason) {
    return endedFrames(reason.code());
  }

  /** Adds all counters by label into {@code sums}: received, the verdicts, and each reason. */
  public void addTo(Map<String, Long> sums) {
    sums.merge("received", receivedFrames(), Long::sum);
    sums.merge("forwarded", get(FORWARDED), Long::sum);
    sums.merge("forwarded_unintroduced", get(UNINTRODUCED), Long::sum);
    sums.merge(Verdict.RETURNED_LABEL, get(RETURNED), Long::sum);
    sums.merge("passed", get(PASSED), Long::sum);
    sums.merge("consumed", get(CONSUMED), Long::sum);
    for (DropReason reason : DropReason.values()) {
      sums.merge(reason.label(), droppedFrames(reason), Long::sum);
    }
  }

  /** All counters by label. */
  public Map<String, Long> toMap() {
    Map<String, Long> sums = new LinkedHashMap<>();
    addTo(sums);
    return sums;
  }

  @Override
  public void close() {
    mapping.close();
  }
}
