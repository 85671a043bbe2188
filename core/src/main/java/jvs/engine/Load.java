package jvs.engine;

/**
 * Whether so many frames come that a worker does better to let some gather than to be woken by each
 * of them: being woken costs the sender's processor as much as the frame itself, and bursts are
 * sent cheaper than single frames. One thread, its worker's.
 */
final class Load {
  /**
   * Frames a millisecond from which on a nap of a tenth of it finds half a burst. A few clients
   * that wait for their answers do not send so many, and would only wait longer.
   */
  static final int HIGH = 300;

  /** Frames a millisecond from which on the next one is likely to come before a nap were over. */
  static final int MEDIUM = 24;

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

  /** Whether it pays to stay awake for the next frame. */
  boolean isMedium() {
    return framesBefore >= MEDIUM || frames >= MEDIUM;
  }

  /** Whether many frames came in the millisecond before this one, or in this one so far. */
  boolean isHigh() {
    return framesBefore >= HIGH || frames >= HIGH;
  }
}
