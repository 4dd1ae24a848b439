/** Writing values: concurrent updates are collected into batches, committed, published to shared state and acknowledged. */
package org.steadfast.foundation.ingestion;
