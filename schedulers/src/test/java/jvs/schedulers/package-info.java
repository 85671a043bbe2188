/** Every scheduler against sequences, a contract, naive models and recordings of a kernel. */
@NullMarked
package jvs.schedulers;

import org.jspecify.annotations.NullMarked;
