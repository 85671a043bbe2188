package jvs.schedulers;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import jvs.service.ServerList;
import jvs.spi.Scheduler;
import jvs.spi.SchedulerContext;
import jvs.spi.SchedulerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The list of schedulers: the names of {@code ipvsadm -s} and the classes behind them.
 *
 * <p>Immutable, any thread. A new scheduler is one class, one line here and one test.
 */
public final class Schedulers {
  private static final List<SchedulerFactory> ALL =
      List.of(
          plain("rr", RoundRobin::new),
          configured("wrr", WeightedRoundRobin::new),
          plain("lc", LeastConnection::new),
          plain("wlc", WeightedLeastConnection::new),
          configured("lblc", LocalityLeastConnection::new),
          configured("lblcr", ReplicatedLocality::new),
          configured("dh", DestinationHashing::new),
          configured("sh", SourceHashing::new),
          plain("sed", ShortestExpectedDelay::new),
          plain("nq", NeverQueue::new),
          plain("fo", WeightedFailover::new),
          plain("ovf", WeightedOverflow::new),
          configured("mh", Maglev::new),
          configured("twos", TwoRandomChoices::new),
          plain("none", NoScheduler::new));

  private Schedulers() {}

  /** Every scheduler, and {@code none}. */
  public static List<SchedulerFactory> all() {
    return ALL;
  }

  /** The scheduler of that name, or null: ipvsadm's "Scheduler not found". */
  public static @Nullable SchedulerFactory find(String name) {
    for (SchedulerFactory factory : ALL) {
      if (factory.name().equals(name)) {
        return factory;
      }
    }
    return null;
  }

  /** The names that {@link #find} knows, in the order of the list. */
  public static List<String> names() {
    return ALL.stream().map(SchedulerFactory::name).toList();
  }

  /** A scheduler that starts without looking at anything. */
  private static SchedulerFactory plain(String name, Supplier<Scheduler> constructor) {
    return new Line(name, (context, servers) -> constructor.get());
  }

  /** A scheduler that is built for its context and the present servers. */
  private static SchedulerFactory configured(
      String name, BiFunction<SchedulerContext, ServerList, Scheduler> constructor) {
    return new Line(name, constructor);
  }

  private record Line(String name, BiFunction<SchedulerContext, ServerList, Scheduler> constructor)
      implements SchedulerFactory {
    @Override
    public Scheduler create(SchedulerContext context, ServerList servers) {
      return constructor.apply(context, servers);
    }
  }
}
