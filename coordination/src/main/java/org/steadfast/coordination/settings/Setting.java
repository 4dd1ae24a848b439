package org.steadfast.coordination.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says of a component of a settings record what its key is, what it means and what holds where it is not set. The reference page
 * of settings is made from this. Types that a component may have: {@code String}, {@code int}, {@code long}, {@code boolean},
 * {@link java.nio.file.Path}, {@link java.time.Duration} (a number of milliseconds, or text such as {@code "10 s"}),
 * {@link Secret}, an enum, {@code List<String>}. A path or a secret may be left empty where its default is.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /** Stands for "there is no default": the key must be set. */
    String REQUIRED = "\0required";

    /** The key in the settings file. */
    String key();

    /** What the setting does, in a sentence that an operator understands. */
    String meaning();

    /** The text that holds where the key is absent. */
    String byDefault() default REQUIRED;

    /** Least value of a number, or of a duration in milliseconds. */
    long min() default Long.MIN_VALUE;

    /** Greatest value of a number, or of a duration in milliseconds. */
    long max() default Long.MAX_VALUE;

    /** A regular expression that a text, or each text of a list, must match as a whole. */
    String pattern() default "";
}
