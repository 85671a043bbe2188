package jvs.engine;

/**
 * Whether so many frames come that a worker does better to let some gather than to be woken by each
 * of them: being woken costs the sender's processor as much as the frame itself, and bursts are
 * sent cheaper than single frames. One thread, its worker's.
 */
final class Load {
  /** Frames a millisecond from which on a nap of a tenth of it finds several. */
  static final int HIGH = 64;

  private long millis;
  private int frames;
  private int framesBefore;

  /** Counts frames that came at this time. */
  void count(int received, long nowMillis) {
    if (nowMillis != millis) {
      framesBefore = nowMillis == millis + 1 ? frames : 0;
      frames = 0;
      millis = nowMillis;
    }
    frames += received;
  }

  /** Whether many frames came in the millisecond before this one, or in this one so far. */
  boolean isHigh() {
    return framesBefore >= HIGH || frames >= HIGH;
  }
}
