/**
 * Networks of Linux namespaces with real programs in them, for the demo and for the end-to-end
 * scenarios.
 *
 * <pre>
 * Lab ─► Topology ─► Host ─► Background, CommandResult
 *  │                  └ DirectorProcess, RealServer
 *  └ NatLab, DirectRoutingLab: what is where, and why
 * </pre>
 */
@NullMarked
package jvs.lab;

import org.jspecify.annotations.NullMarked;
