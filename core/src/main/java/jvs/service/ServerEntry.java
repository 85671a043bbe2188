package jvs.service;

/**
 * A real server as listings show it. Immutable.
 *
 * @param key identity inside its service
 * @param spec settings
 * @param activeConnections connections in a state that counts as active
 * @param inactiveConnections the others
 * @param persistentConnections persistence templates
 * @param statistics counters and rates
 */
public record ServerEntry(
    ServerKey key,
    ServerSpec spec,
    int activeConnections,
    int inactiveConnections,
    int persistentConnections,
    Statistics statistics) {}
