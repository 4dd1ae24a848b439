package org.steadfast.simulator;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a behaviour, such as {@code java-sdk}. */
final class BehaviourConverter implements ITypeConverter<DeviceBehaviour> {
    @Override
    public DeviceBehaviour convert(String text) {
        return DeviceBehaviour.named(text.strip())
                .orElseThrow(() -> new TypeConversionException(
                        "[" + text + "] is no behaviour of devices: give " + DeviceBehaviour.titles()));
    }
}
