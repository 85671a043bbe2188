package jvs.service;

/**
 * A virtual service as listings show it. Immutable.
 *
 * @param key identity
 * @param spec settings
 * @param statistics counters and rates
 */
public record ServiceEntry(ServiceKey key, ServiceSpec spec, Statistics statistics) {}
