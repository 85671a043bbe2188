/**
 * The control socket: HTTP/1.1 and JSON on a Unix domain socket, described in docs/control.md.
 *
 * <pre>
 * ControlClient ─► POST /commands, GET ... ─► ControlServer ─► ControlRoutes ─► IpvsControl
 *       └──────────── ControlCommand, CommandJson, EntryJson ───────┘
 * </pre>
 *
 * <p>The client runs in short-lived processes: it uses no Netty, no reflection, no streams.
 */
@NullMarked
package jvs.director.control;

import org.jspecify.annotations.NullMarked;
