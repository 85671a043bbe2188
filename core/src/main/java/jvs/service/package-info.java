/** Virtual services and real servers, kept as the kernel keeps them (ip_vs_ctl.c). */
@NullMarked
package jvs.service;

import org.jspecify.annotations.NullMarked;
