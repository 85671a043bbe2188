/**
 * {@code jvs conformance}: recordings of a kernel, replayed and compared.
 *
 * <pre>
 * RecordingReader ─► RecordedCase, Step ─► CaseReplay ─► Divergence ─► Report
 *                                              │
 *        ReplayedDirector: the daemon's director over memory ports, in the TestBed
 * </pre>
 */
@NullMarked
package jvs.director.conformance;

import org.jspecify.annotations.NullMarked;
