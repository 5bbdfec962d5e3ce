FROM busybox
RUN <<EOF
echo one
echo two
EOF
RUN cat <<-'A' > /a && cat <<B > /b
	tabs go
A
kept $X
B
COPY <<plain.txt <<"quoted.txt" /files/
$EXPANDED
plain.txt
$LITERAL
quoted.txt
RUN echo 1<<2
