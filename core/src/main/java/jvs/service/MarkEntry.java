package jvs.service;

/**
 * A rule for firewall marks and what it matched so far. Immutable.
 *
 * @param rule the rule
 * @param packets that matched, since the rule was added or its counters zeroed
 * @param bytes of their IP packets
 */
public record MarkEntry(MarkRule rule, long packets, long bytes) {}
