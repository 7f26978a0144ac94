# A text as a C string: verify.sh travels in each folder of evidence.
BEGIN { print "#include \"act/evidence_in.h\"\n\nconst char EVIDENCE_VERIFY[] =" }
{ gsub(/\\/, "&&"); gsub(/"/, "\\\""); gsub(/\t/, "\\t"); print "\t\"" $0 "\\n\"" }
END { print "\t;" }
