/** Runs the built distribution as separate processes, as an operator would, and does to them what happens at night. */
package org.steadfast.it.harness;
