package jvs.spi;

import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * What a scheduler may know beside flow and servers. Immutable.
 *
 * @param flags the service's present flags, jvs.service.ServiceSpec.SCHED_1 and so on: an edit may
 *     change them while the scheduler stays
 * @param clock milliseconds of a monotonic clock
 * @param seed seed for schedulers that draw lots
 * @param sourceHashBits log2 of the sh table's size, 4..20, the kernel's IP_VS_SH_TAB_BITS: 8
 * @param maglevIndex index of the mh table's prime, 8..17, the kernel's IP_VS_MH_TAB_INDEX: 12
 * @param lblcExpirationSeconds net.ipv4.vs.lblc_expiration, read when needed
 * @param lblcrExpirationSeconds net.ipv4.vs.lblcr_expiration, read when needed
 */
public record SchedulerContext(
    IntSupplier flags,
    LongSupplier clock,
    long seed,
    int sourceHashBits,
    int maglevIndex,
    IntSupplier lblcExpirationSeconds,
    IntSupplier lblcrExpirationSeconds) {}
