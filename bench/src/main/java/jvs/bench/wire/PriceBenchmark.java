package jvs.bench.wire;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The price of a packet: processor time of generator, balancer and softirqs for each delivered
 * frame, less what a frame costs that ends at the first machine.
 *
 * <p>Contenders take turns in every round, so that a disturbance meets all of them alike.
 */
final class PriceBenchmark {
  private static final int USUAL_RATE = 200_000;
  private static final long PROBE_NANOS = 1_000_000_000L;

  private final WireLab lab;
  private final long measured;
  private final long warmUp;
  private final Consumer<String> progress;

  PriceBenchmark(WireLab lab, int seconds, Consumer<String> progress) {
    this.lab = lab;
    measured = TimeUnit.SECONDS.toNanos(seconds);
    warmUp = TimeUnit.SECONDS.toNanos(4);
    this.progress = progress;
  }

  /** Measures all contenders in turn, as often as there are rounds. */
  Series run(List<Contender> contenders, Load load, int rounds) {
    Map<Contender, List<Sample>> samples = new EnumMap<>(Contender.class);
    for (int round = 1; round <= rounds; round++) {
      for (Contender contender : contenders) {
        Sample sample = measure(contender, load);
        samples.computeIfAbsent(contender, _ -> new ArrayList<>()).add(sample);
        progress.accept(
            "%s, round %d of %d: ".formatted(load, round, rounds) + line(contender, sample));
      }
    }
    return new Series(load, samples);
  }

  private static String line(Contender contender, Sample sample) {
    double lost = sample.lostPercent();
    return "%-24s %6.0f ns a frame (generator %.0f, balancer %.0f, softirq %.0f, machine %.0f),"
            .formatted(
                contender.title(),
                sample.all(),
                sample.generator(),
                sample.balancer(),
                sample.softInterrupts(),
                sample.machine())
        + " %.0f kpps delivered, %.1f %% lost".formatted(sample.deliveredPerSecond() / 1000, lost);
  }

  /** A rate that hardly loses frames; of nobody one like the others'. */
  private int sustained(Contender contender, Generator generator, Load load) {
    if (contender == Contender.NOBODY) {
      return USUAL_RATE;
    }
    long before = lab.delivered();
    Generator.Sent probe = generator.send(load.flows(), load.frameBytes(), 0, PROBE_NANOS);
    long delivered = lab.delivered() - before;
    return (int) Math.max(1000, delivered * 7 / 10 * 1_000_000_000L / probe.nanos());
  }

  private Sample measure(Contender contender, Load load) {
    String mac = contender == Contender.NOBODY ? WireLab.NOBODY : lab.balancerMac();
    Generator generator =
        new Generator(lab.generator().namespace(), mac, contender.destination(), WireLab.PORT);
    try (Contender.Running running = contender.start(lab)) {
      generator.send(load.flows(), load.frameBytes(), 0, warmUp);
      int rate =
          load.framesPerSecond() == Load.SUSTAINED
              ? sustained(contender, generator, load)
              : load.framesPerSecond();
      ProcessorTime time = new ProcessorTime(running.processes());
      long delivered = lab.delivered();
      long processes = time.ofProcesses();
      long softInterrupts = time.ofSoftInterrupts();
      long machine = ProcessorTime.ofMachine();
      Generator.Sent sent = generator.send(load.flows(), load.frameBytes(), rate, measured);
      machine = ProcessorTime.ofMachine() - machine;
      softInterrupts = time.ofSoftInterrupts() - softInterrupts;
      processes = time.ofProcesses() - processes;
      delivered = lab.delivered() - delivered;
      if (contender == Contender.NOBODY) {
        delivered = sent.frames();
      }
      double out = Math.max(1, delivered);
      double in = Math.max(1, sent.frames());
      return new Sample(
          sent.cpuNanos() / in,
          processes / out,
          softInterrupts / in,
          machine / out,
          sent.frames(),
          delivered,
          sent.nanos());
    }
  }
}
