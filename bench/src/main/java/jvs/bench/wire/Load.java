package jvs.bench.wire;

/**
 * What the generator sends.
 *
 * @param frameBytes without FCS
 * @param flows how many
 * @param framesPerSecond 0 for as fast as possible, {@link #SUSTAINED} for a rate that hardly loses
 *     frames
 */
record Load(int frameBytes, int flows, int framesPerSecond) {
  /** Seven tenths of what the contender delivers unpaced. */
  static final int SUSTAINED = -1;

  @Override
  public String toString() {
    String pace =
        switch (framesPerSecond) {
          case SUSTAINED -> "at 70 % of what is delivered unpaced";
          case 0 -> "unpaced";
          default -> framesPerSecond / 1000 + ",000 a second";
        };
    return "%d B, %,d flows, %s".formatted(frameBytes, flows, pace);
  }
}
